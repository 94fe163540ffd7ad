"""The trail (全过程留痕): an append-only ledger that knows no room.

Every action appends one entry in its own transaction. Entries are linked by hash and are leaves of a Merkle tree
(RFC 9162); signed checkpoints fix the tree for outsiders. See spec/ledger.md.
"""
