"""A job's log as GitHub shows it: stamped lines, workflow commands understood, secrets masked."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from tests.support.actions.model import Annotation

_COMMAND = re.compile(r"^\s*::([a-z-]+)(?: ([^\n]*?))?::(.*)$")
_HOME = "/home/runner"
_SHOWN = frozenset({"error", "warning", "notice"})
_REMOVED = frozenset({"set-output", "save-state", "set-env", "add-path"})


class JobLog:
    """Takes what steps print and keeps what people see of it."""

    def __init__(self, secrets: tuple[str, ...] = (), root: str = "") -> None:
        """Begin a log.

        Args:
            secrets: what it never shows.
            root: the machine's own folder, whose paths it shows as those of GitHub's machines.
        """
        self._lines: list[str] = []
        self._root = root
        self._masks = [secret for secret in secrets if secret]
        self._deaf_until = ""
        self.annotations: list[Annotation] = []
        self.refused: list[str] = []  # commands that GitHub took away

    def mask(self, secret: str) -> None:
        """This function will show `***` wherever this text stands from now on."""
        self._masks += [line for line in secret.splitlines() if line]

    def line(self, text: str, command: str = "") -> None:
        """This function will write a line of the runner itself."""
        for mask in self._masks:
            text = text.replace(mask, "***")
        if self._root:
            text = text.replace(f"{self._root}/work", "/home/runner/work").replace(
                f"{self._root}/home", _HOME
            )
        now = datetime.now(UTC)
        stamp = f"{now:%Y-%m-%dT%H:%M:%S.%f}0Z"
        first, *more = text.split("\n")
        self._lines.append(f"{stamp} ##[{command}]{first}" if command else f"{stamp} {first}")
        self._lines += [f"{stamp} {part}" for part in more]

    def complain(self, message: str) -> None:
        """This function will write an error of the runner and annotate the job with it."""
        self.line(message, "error")
        self.annotations.append(Annotation(level="error", message=message))

    def output(self, text: str) -> None:
        """This function will write a line that a step printed, and obey it where it is a workflow command."""
        found = _COMMAND.match(text)
        if self._deaf_until:
            if found and found[1] == self._deaf_until:
                self._deaf_until = ""
            else:
                self.line(text)
        elif found is None:
            self.line(text)
        else:
            self._obey(found[1], found[2] or "", found[3], text)

    def _obey(self, command: str, properties: str, message: str, text: str) -> None:
        if command in _SHOWN:
            told = dict(part.split("=", 1) for part in properties.split(",") if "=" in part)
            message = message.replace("%0D", "\r").replace("%0A", "\n").replace("%25", "%")
            self.line(message, command)
            line = int(told["line"]) if told.get("line", "").isdigit() else 0
            self.annotations.append(
                Annotation(level=command, message=message, file=told.get("file", ""), line=line)
            )
        elif command in {"group", "endgroup"}:
            self.line(message, command)
        elif command == "add-mask":
            self.mask(message)
        elif command == "stop-commands":
            self._deaf_until = message
            self.line(text)
        elif command in _REMOVED:
            self.refused.append(command)
            self.complain(f"The `{command}` command is disabled.")
        elif command != "debug":
            self.line(text)

    def content(self) -> bytes:
        """This function will return the log as GitHub hands it out."""
        return "".join(f"{line}\n" for line in self._lines).encode()
