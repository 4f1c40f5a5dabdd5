"""The record of all traffic as JSON Lines, to be held against GitHub's own description."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


class Recorder:
    """Writes exchanges and deliveries to a file; without a file it records nothing."""

    def __init__(self, path: Path | None) -> None:
        self.path = path
        self._file = None if path is None else path.open("ab")

    def exchange(self, record: Mapping[str, Any], request_body: bytes, response_body: bytes) -> None:
        """This function will record an API exchange; bodies are JSON text as it was on the wire."""
        if self._file is None:
            return
        head = orjson.dumps(record)[:-1]
        self._file.write(
            b'%s,"request_body":%s,"response_body":%s}\n'
            % (head, request_body or b"null", response_body or b"null")
        )

    def delivery(self, event: str, headers: Mapping[str, str], payload: bytes) -> None:
        """This function will record a webhook delivery."""
        if self._file is None:
            return
        head = orjson.dumps({"event": event, "headers": dict(headers)})[:-1]
        self._file.write(b'%s,"payload":%s}\n' % (head, payload))

    def flush(self) -> None:
        """This function will bring everything recorded so far to the file."""
        if self._file is not None:
            self._file.flush()

    def close(self) -> None:
        """This function will end the record."""
        if self._file is not None:
            self._file.close()
