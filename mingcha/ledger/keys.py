"""The ledger's signing key (Ed25519), kept in a file that only its owner reads.

The key is made at the first use. Whoever holds the file can sign false checkpoints, but not one that agrees with an
earlier checkpoint kept elsewhere: that is what witnesses are for.
"""

import base64
import hashlib
import os
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings

ED25519 = b"\x01"


def _path() -> Path:
    return Path(settings.MINGCHA_KEYS) / "ledger.pem"


def signing_key() -> Ed25519PrivateKey:
    """The key, made and stored if there is none yet."""
    path = _path()
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        made = Ed25519PrivateKey.generate().private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(made)
    key = serialization.load_pem_private_key(path.read_bytes(), password=None)
    if not isinstance(key, Ed25519PrivateKey):
        raise TypeError(f"{path.name} is not an Ed25519 key")
    return key


def public_key() -> bytes:
    """The 32 bytes of the public key."""
    return signing_key().public_key().public_bytes_raw()


def _key_id() -> bytes:
    """The first four bytes of SHA-256(name ‖ LF ‖ 01 ‖ key), by which a verifier finds the key (C2SP signed-note)."""
    name = settings.MINGCHA_ORIGIN.encode()
    return hashlib.sha256(name + b"\n" + ED25519 + public_key()).digest()[:4]


def verifier_key() -> str:
    """The public key as `name+id+base64(01 ‖ key)`, to be published elsewhere (vkey)."""
    encoded = base64.b64encode(ED25519 + public_key()).decode()
    return f"{settings.MINGCHA_ORIGIN}+{_key_id().hex()}+{encoded}"


def sign_note(*, size: int, root: bytes) -> str:
    """A checkpoint as a signed note (C2SP tlog-checkpoint)."""
    text = f"{settings.MINGCHA_ORIGIN}\n{size}\n{base64.b64encode(root).decode()}\n"
    signature = base64.b64encode(_key_id() + signing_key().sign(text.encode())).decode()
    return f"{text}\n— {settings.MINGCHA_ORIGIN} {signature}\n"


def is_signed(note: str, *, size: int, root: bytes) -> bool:
    """Whether the note says exactly this size and root and bears our signature (Ed25519 is deterministic)."""
    return note == sign_note(size=size, root=root)
