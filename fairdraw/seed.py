"""From commitment to seed (种子): the salt, the witnesses' inputs and what mixes them."""

from __future__ import annotations

from collections.abc import Sequence

from fairdraw.refused import Refused, gettext_noop
from fairdraw.suite import digest, hmac

SALT_BYTES = 32
NONCE_BYTES = 32


class BadEntropy(Refused):
    """Salt, nonce or input is not what the protocol asks for."""


def commit_salt(salt: bytes, suite: str = "SHA-256") -> str:
    """The digest that fixes the salt (盐值承诺).

    Raises:
        BadEntropy: the salt has not 32 bytes.
    """
    if len(salt) != SALT_BYTES:
        raise BadEntropy(gettext_noop("盐值必须是 32 字节"))
    return digest(salt, suite)


def commit_input(*, nonce: bytes, value: bytes, suite: str = "SHA-256") -> str:
    """The digest by which a witness fixes an input before anyone shows theirs (见证人承诺).

    Raises:
        BadEntropy: the nonce has not 32 bytes (else its border could be moved afterwards), or the value is empty.
    """
    if len(nonce) != NONCE_BYTES:
        raise BadEntropy(gettext_noop("随机前缀必须是 32 字节"))
    if not value:
        raise BadEntropy(gettext_noop("随机输入不能为空"))
    return digest(nonce + value, suite)


def derive_seed(*, salt: bytes, statement_digest: bytes, entropies: Sequence[bytes], suite: str = "SHA-256") -> str:
    """The seed of a ceremony, 32 characters of lowercase hex.

    Raises:
        BadEntropy: the salt or the digest has not 32 bytes, or there is no entropy.
    """
    if len(salt) != SALT_BYTES or len(statement_digest) != 32:
        raise BadEntropy(gettext_noop("盐值和公告摘要都必须是 32 字节"))
    if not entropies or not all(entropies):
        raise BadEntropy(gettext_noop("至少要有一个随机来源,且不能为空"))
    message = statement_digest + b"".join(len(e).to_bytes(8, "big") + e for e in entropies)
    return hmac(salt, message, suite)[:16].hex()


def blind(digest_hex: str, *, salt: bytes, suite: str = "SHA-256") -> str:
    """The digest as the statement of a sealed ceremony shows it: small frames cannot be found by trying."""
    return hmac(salt, b"sealed:" + bytes.fromhex(digest_hex), suite).hex()
