"""The heart (公平抽取): draws that anyone can repeat. Standard library only; no clock, no network, no database.

The five rules of trust, kept here and nowhere else:

1. Whatever is drawn from is fixed and committed to before any randomness exists: frames, designs, inspectors, salt.
2. The seed depends on the commitment and on every declared source; one honest source is enough.
3. A draw is a function of seed and files. It has one answer, and no one can ask twice.
4. Everything that counts is in the ledger before it is known to anyone who could profit.
5. The verifier trusts no figure it can compute, and says what it could not.

The bytes are fixed in spec/draw.md, spec/teams.md and spec/ledger.md.
"""
