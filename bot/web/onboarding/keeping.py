"""Keeps the App's keys, and remembers that they were being fetched: GitHub tells them once."""

from __future__ import annotations

import json
import tempfile
from contextlib import suppress
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from bot.config.credentials import CredentialsError, write_credentials, write_private

if TYPE_CHECKING:
    from pathlib import Path

    from bot.config.credentials import Credentials


@dataclass(frozen=True, slots=True, kw_only=True)
class Begun:
    """An App whose keys were being fetched."""

    name: str
    apps: str  # where GitHub lists the owner's Apps
    at: str


class Keeping:
    """The credentials file and the mark beside it.

    Args:
        path: of the file.
        secret_keys: encrypt it, where there are any.
    """

    def __init__(self, path: Path, secret_keys: tuple[bytes, ...]) -> None:
        self.path = path
        self._secret_keys = secret_keys
        self._mark = path.with_name(f"{path.name}.begun")
        self.cut_off = self._read_mark()

    @property
    def is_encrypted(self) -> bool:
        """Whether the file is of no use without a key from the environment."""
        return bool(self._secret_keys)

    def problem(self) -> str:
        """This function will say why the file could not be written now; nothing where it could."""
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=self.path.parent):
                return ""
        except OSError as error:
            return f"{self.path} cannot be written: {error.strerror}."

    def begin(self, begun: Begun) -> None:
        """This function will remember that keys are about to be handed out, should we not live to write them."""
        with suppress(
            CredentialsError
        ):  # where this cannot be written, the keys cannot be either, which is told
            write_private(self._mark, json.dumps(asdict(begun)))

    def give_up(self) -> None:
        """This function will forget it: nothing was handed out."""
        self.cut_off = None
        with suppress(OSError):
            self._mark.unlink()

    def keep(self, credentials: Credentials) -> None:
        """This function will write the keys.

        Raises:
            CredentialsError: they cannot be written.
        """
        write_credentials(self.path, credentials, self._secret_keys)
        self.give_up()

    def _read_mark(self) -> Begun | None:
        try:
            return Begun(**json.loads(self._mark.read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError):
            return None
