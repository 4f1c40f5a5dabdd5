"""Encrypts what must not be read at rest, with keys that come from the environment."""

from __future__ import annotations

import base64
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cryptography.fernet import MultiFernet

_KEY_BYTES = 32
# Where nothing is sealed, a process is spared the library.
# ruff: noqa: PLC0415


class UnsealError(Exception):
    """None of the keys opens what was sealed; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Sealer:
    """Seals with its first key, and opens what any of them has sealed."""

    _keys: MultiFernet = field(repr=False)

    def seal(self, text: str) -> str:
        """This function will encrypt a text so that nobody without a key reads or changes it unseen."""
        return self._keys.encrypt(text.encode()).decode()

    def open(self, sealed: str) -> str:
        """This function will give back what was sealed.

        Raises:
            UnsealError: it was sealed with another key, or changed since.
        """
        from cryptography.fernet import InvalidToken

        try:
            return self._keys.decrypt(sealed.encode()).decode()
        except InvalidToken as error:
            raise UnsealError(
                "It was encrypted with another PILOTHOUSE_SECRET_KEY (set that one too: new,old), or changed since."
            ) from error


def sealer(secrets: Iterable[bytes], purpose: str) -> Sealer:
    """This function will derive the keys of one purpose, the newest secret first; what one seals no other opens.

    Raises:
        ValueError: there is no secret.
    """
    from cryptography.fernet import Fernet, MultiFernet

    return Sealer(MultiFernet([Fernet(_derived(secret, purpose)) for secret in secrets]))


def _derived(secret: bytes, purpose: str) -> bytes:
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    kdf = HKDF(algorithm=SHA256(), length=_KEY_BYTES, salt=None, info=f"pilothouse {purpose} 1".encode())
    return base64.urlsafe_b64encode(kdf.derive(secret))
