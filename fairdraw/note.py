"""Signed notes, checkpoints and receipts of a log (检查点).

Sources: C2SP signed-note, tlog-checkpoint, tlog-cosignature, tlog-proof. Everything here is read and checked; a
signature is made elsewhere and handed in as a function.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from fairdraw import ed25519
from fairdraw.merkle import leaf_hash, verify_inclusion
from fairdraw.refused import Refused, gettext_noop
from fairdraw.suite import sha256

ED25519 = 1
COSIGNATURE = 4
_NAME = re.compile(r"[^\s+]+")
_SIZE = re.compile(r"0|[1-9][0-9]{0,14}")  # below 2^53, as all numbers of the protocol
_MOST_SIGNATURES = 99
_PROOF_HEADER = "c2sp.org/tlog-proof@v1"


class BadNote(Refused):
    """A note, checkpoint, key or receipt is not written as it must be, or is not signed."""


def _base64(text: str) -> bytes:
    """Strict base64: only what would be written back the same."""
    try:
        content = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise BadNote(gettext_noop("不是有效的 base64:%(text)s"), text=text) from None
    if base64.b64encode(content).decode() != text:
        raise BadNote(gettext_noop("不是有效的 base64:%(text)s"), text=text)
    return content


@dataclass(frozen=True, slots=True)
class Key:
    """A key that notes are checked with."""

    name: str
    algorithm: int
    public: bytes

    @classmethod
    def parse(cls, text: str) -> Key:
        """Read `name+id+base64(algorithm ‖ key)`.

        Raises:
            BadNote: it has another form, its id is wrong, or the algorithm is not Ed25519 or a cosignature.
        """
        name, _, rest = text.partition("+")
        shown, _, encoded = rest.partition("+")
        content = _base64(encoded)
        if len(content) != 33 or content[0] not in (ED25519, COSIGNATURE) or not _NAME.fullmatch(name):
            raise BadNote(gettext_noop("日志公钥的形式不对"))
        key = cls(name, content[0], content[1:])
        if str(key) != text or key.id.hex() != shown:
            raise BadNote(gettext_noop("日志公钥的标识不对"))
        return key

    @property
    def id(self) -> bytes:
        """The four bytes by which signature lines name the key."""
        return sha256(self.name.encode() + b"\n" + bytes([self.algorithm]) + self.public)[:4]

    def __str__(self) -> str:
        """The key as text (vkey)."""
        return f"{self.name}+{self.id.hex()}+{base64.b64encode(bytes([self.algorithm]) + self.public).decode()}"


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature line of a note."""

    name: str
    id: bytes
    content: bytes

    def __str__(self) -> str:
        """The line, with its end."""
        return f"— {self.name} {base64.b64encode(self.id + self.content).decode()}\n"


@dataclass(frozen=True, slots=True)
class Note:
    """A text with signatures."""

    text: str
    signatures: tuple[Signature, ...]

    @classmethod
    def parse(cls, note: str) -> Note:
        """Read a note.

        Raises:
            BadNote: it has no signature, or not the form of a note.
        """
        text, blank, lines = note.rpartition("\n\n")
        if lines.count("\n") > _MOST_SIGNATURES:
            raise BadNote(gettext_noop("签名不能超过 %(most)s 个"), most=_MOST_SIGNATURES)
        if not blank or not lines.endswith("\n") or any(ord(char) < 32 and char != "\n" for char in note):
            raise BadNote(gettext_noop("不是有效的签名文书"))
        return cls(text + "\n", tuple(_signature(line) for line in lines[:-1].split("\n")))

    def __str__(self) -> str:
        """The note as text."""
        return self.text + "\n" + "".join(map(str, self.signatures))

    def is_signed_by(self, key: Key) -> bool:
        """Whether the key has signed, and all that it signed is right."""
        own = [s for s in self.signatures if s.name == key.name and s.id == key.id]
        return bool(own) and all(_holds(self.text, signature, key) for signature in own)


def _signature(line: str) -> Signature:
    dash, _, rest = line.partition(" ")
    name, _, encoded = rest.partition(" ")
    content = _base64(encoded)
    if dash != "—" or not _NAME.fullmatch(name) or len(content) < 5:
        raise BadNote(gettext_noop("签名行的形式不对:%(line)s"), line=line)
    return Signature(name, content[:4], content[4:])


def _holds(text: str, signature: Signature, key: Key) -> bool:
    if key.algorithm == ED25519:
        return ed25519.verify(key.public, text.encode(), signature.content)
    time = int.from_bytes(signature.content[:8], "big")
    return ed25519.verify(key.public, f"cosignature/v1\ntime {time}\n{text}".encode(), signature.content[8:])


def sign_note(text: str, *, key: Key, sign: Callable[[bytes], bytes]) -> Note:
    """A note with one Ed25519 signature; `sign` makes the 64 bytes."""
    return Note(text, (Signature(key.name, key.id, sign(text.encode())),))


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """How large a log is and what its root is (检查点)."""

    origin: str
    size: int
    root: bytes
    extension: str = ""

    @classmethod
    def parse(cls, text: str) -> Checkpoint:
        """Read the text of a checkpoint's note.

        Raises:
            BadNote: it is not a checkpoint.
        """
        origin, size, root, extension = [*text.split("\n", 3), "", "", ""][:4]
        if not origin or not _SIZE.fullmatch(size) or len(_base64(root)) != 32:
            raise BadNote(gettext_noop("不是有效的检查点"))
        checkpoint = cls(origin, int(size), _base64(root), extension)
        if checkpoint.text != text:
            raise BadNote(gettext_noop("不是有效的检查点"))
        return checkpoint

    @property
    def text(self) -> str:
        """The text that is signed."""
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n{self.extension}"


@dataclass(frozen=True, slots=True)
class Receipt:
    """That one entry stands in a log (存证回执): index, inclusion proof and a signed checkpoint."""

    index: int
    proof: tuple[bytes, ...]
    checkpoint: str

    @classmethod
    def parse(cls, text: str) -> Receipt:
        """Read a `tlog-proof`.

        Raises:
            BadNote: it is not one.
        """
        head, _, checkpoint = text.partition("\n\n")
        lines = head.split("\n")
        index = lines[1].removeprefix("index ") if len(lines) > 1 else ""
        if lines[0] != _PROOF_HEADER or not _SIZE.fullmatch(index):
            raise BadNote(gettext_noop("不是有效的存证回执"))
        receipt = cls(int(index), tuple(map(_base64, lines[2:])), checkpoint)
        if str(receipt) != text:
            raise BadNote(gettext_noop("不是有效的存证回执"))
        return receipt

    def __str__(self) -> str:
        """The receipt as text."""
        proof = "".join(base64.b64encode(sibling).decode() + "\n" for sibling in self.proof)
        return f"{_PROOF_HEADER}\nindex {self.index}\n{proof}\n{self.checkpoint}"

    def shows(self, leaf_data: bytes, *, key: Key) -> bool:
        """Whether the entry is in the log whose checkpoint this key has signed.

        Raises:
            BadNote: the checkpoint is not one.
        """
        checkpoint = signed_checkpoint(self.checkpoint, key=key)
        return verify_inclusion(
            leaf_hash(leaf_data), index=self.index, size=checkpoint.size, proof=self.proof, root=checkpoint.root
        )


def signed_checkpoint(note: str, *, key: Key, witnesses: Sequence[Key] = ()) -> Checkpoint:
    """The checkpoint in a note signed by the log's key and by all of these witnesses.

    Raises:
        BadNote: it is not a checkpoint, or one of them has not signed it.
    """
    parsed = Note.parse(note)
    for signer in (key, *witnesses):
        if not parsed.is_signed_by(signer):
            raise BadNote(gettext_noop("检查点没有 %(name)s 的有效签名"), name=signer.name)
    return Checkpoint.parse(parsed.text)
