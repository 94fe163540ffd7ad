"""What the ledger proves of a ceremony (ledger.md): a signed checkpoint, and entries that stand in its tree."""

import base64
import hashlib
import re
from collections import defaultdict

from canonical import HEX, digest, fits, jcs, need, unhex

P = 2**255 - 19  # Ed25519 (RFC 8032): the field, the order of the base point, the curve's constant
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, P) % P
BASE = (4 * pow(5, -1, P) % P).to_bytes(32, "little")
ENTRY = {"index", "body", "proof"}
FACTS = {"*": object}


def facts_of(proof, ceremony):
    """The facts that the ledger holds of the ceremony, in lists by act."""
    need(set(proof) == {"vkey", "checkpoint", "entries"}, "fields of the ledger's proof")
    size, root = signed_checkpoint(proof["checkpoint"], proof["vkey"])
    facts, last = defaultdict(list), -1
    for entry in proof["entries"]:
        index, body = entry["index"], entry["body"]
        leaf = digest("SHA-256", b"\0", digest("SHA-256", jcs(body)))
        need(set(entry) == ENTRY and type(index) is int and last < index < size, "ledger entries are out of order")
        need(fits([HEX], entry["proof"]) and fits(".*", body["act"]) and fits(FACTS, body["facts"]), f"entry {index}")
        need(above(leaf, index, size, entry["proof"]) == root, f"entry {index} is not in the ledger")
        need(body["subject"] == ceremony, f"entry {index} is of another ceremony")
        need(body["act"] != "ceremony.draw" or "ceremony.commit" in facts, "drawn before the commitment")
        facts[body["act"]].append(body["facts"])
        last = index
    return facts


def above(node, index, size, proof):
    """The root (RFC 6962) over the node at this index, by its inclusion proof."""
    if size == 1:
        need(not proof, "the inclusion proof is too long")
        return node
    *lower, beside = proof
    half = 1 << (size - 1).bit_length() - 1
    if index < half:
        return digest("SHA-256", b"\1", above(node, index, half, lower), unhex(beside, 32))
    return digest("SHA-256", b"\1", unhex(beside, 32), above(node, index - half, size - half, lower))


def root_of(suite, level):
    """The root over a list of leaf hashes."""
    while len(level) > 1:
        pairs = [digest(suite, b"\1", *level[i : i + 2]) for i in range(0, len(level) - 1, 2)]
        level = pairs + level[2 * len(pairs) :]
    return level[0] if level else digest(suite)


def signed_checkpoint(note, vkey):
    """Size and root of the tree in a signed note, once all that the log's key has signed is right."""
    name, key_id, key = vkey.split("+", 2)
    key = unbase64(key)
    need(key[0] == 1 and digest("SHA-256", name.encode(), b"\n", key)[:4].hex() == key_id, "not a key of Ed25519")
    text, _, lines = note.rpartition("\n\n")
    need(text and lines.endswith("\n") and not re.search(r"[\x00-\x09\x0b-\x1f]", note), "not a signed note")
    need(lines.count("\n") < 100, "too many signatures")
    signatures = [re.fullmatch(r"— ([^\s+]+) (\S+)", line).groups() for line in lines[:-1].split("\n")]
    signatures = [(signer, unbase64(content)) for signer, content in signatures]
    need(all(len(content) > 4 for _, content in signatures), "a signature is too short")
    own = [content[4:] for signer, content in signatures if (signer, content[:4].hex()) == (name, key_id)]
    need(own and all(is_signed(key[1:], text.encode() + b"\n", each) for each in own), "not signed by its log")
    origin, size, root, *_ = text.split("\n")
    need(origin == name and re.fullmatch("0|[1-9][0-9]{0,14}", size) and len(unbase64(root)) == 32, "not a checkpoint")
    return int(size), unbase64(root)


def unbase64(text):
    content = base64.b64decode(text, validate=True)
    need(base64.b64encode(content).decode() == text, "not base64")
    return content


def is_signed(key, message, signature):
    need(len(key) == 32 and len(signature) == 64, "not an Ed25519 signature")
    response, public = int.from_bytes(signature[32:], "little"), point(key)
    need(response < ORDER and times(8, public) != (0, 1), "a key or signature that fits many messages")
    challenge = int.from_bytes(hashlib.sha512(signature[:32] + key + message).digest(), "little") % ORDER
    return times(response, point(BASE)) == added(point(signature[:32]), times(challenge, public))


def point(encoded):
    number = int.from_bytes(encoded, "little")
    sign, y = number >> 255, number % 2**255
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * pow(2, (P - 1) // 4, P) % P
    need(y < P and (x * x - square) % P == 0 and (x or not sign), "not a point of the curve")
    return (x if x & 1 == sign else P - x), y


def added(one, other):
    (a, b), (c, d) = one, other
    cross = D * a * b * c * d
    return (a * d + b * c) * pow(1 + cross, -1, P) % P, (b * d + a * c) * pow(1 - cross, -1, P) % P


def times(factor, base):
    result = (0, 1)
    for bit in bin(factor)[2:]:
        result = added(result, result)
        if bit == "1":
            result = added(result, base)
    return result
