"""Reads manifests in TOML, JSON and YAML, and tells the file and line of what cannot be read."""

from __future__ import annotations

import json
import re
import tomllib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bot.config.mistakes import plain
from bot.config.strangers_yaml import UnreadableYamlError, read_yaml

if TYPE_CHECKING:
    from bot.pack.model import Layout

_TOML_PLACE = re.compile(r" \(at (?:line (\d+), column \d+|end of document)\)$")


class BrokenManifestError(Exception):
    """A file that says how the repository is built cannot be read: `Cargo.toml:3: …`."""

    def __init__(self, path: str, line: int, message: str) -> None:
        super().__init__(f"{path}:{line}: {message}")
        self.path = path
        self.line = line  # from 1
        self.message = message


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What a manifest says, as far as it is asked; a part of another form is a mistake with its line."""

    path: str
    text: str
    data: dict[str, Any]

    def part(self, *keys: str) -> dict[str, Any]:
        """This function will return a part that is a mapping; an empty one where it is not there."""
        found: Any = self.data
        for depth, key in enumerate(keys):
            found = found.get(key)
            if found is None:
                return {}
            if not isinstance(found, dict):
                raise self.mistake(key, f"{'.'.join(keys[: depth + 1])} must be a table")
        return dict(found)

    def texts(self, *keys: str) -> tuple[str, ...]:
        """This function will return a list of texts; an empty one where it is not there."""
        found = self.part(*keys[:-1]).get(keys[-1])
        if found is None:
            return ()
        if not isinstance(found, list) or not all(isinstance(one, str) for one in found):
            raise self.mistake(keys[-1], f"{'.'.join(keys)} must be a list of texts")
        return tuple(found)

    def text_of(self, *keys: str) -> str:
        """This function will return a text; an empty one where it is not there or is something else."""
        found = self.part(*keys[:-1]).get(keys[-1])
        return found if isinstance(found, str) else ""

    def mistake(self, word: str, message: str) -> BrokenManifestError:
        """This function will make an error at the line on which a word stands first."""
        place = max(self.text.find(word), 0)
        return BrokenManifestError(self.path, self.text.count("\n", 0, place) + 1, message)


def read_toml(layout: Layout, path: str) -> Manifest:
    """This function will read a TOML file.

    Raises:
        BrokenManifestError: it is none.
    """
    text = _text(layout, path)
    try:
        return Manifest(path=path, text=text, data=tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        message = str(error)
        place = _TOML_PLACE.search(message)
        line = int(place[1]) if place and place[1] else text.count("\n") + 1
        raise BrokenManifestError(path, line, f"not valid TOML: {_TOML_PLACE.sub('', message)}") from error
    except RecursionError as error:
        raise BrokenManifestError(path, 1, "it is nested too deep") from error


def read_json(layout: Layout, path: str) -> Manifest:
    """This function will read a JSON file that holds an object.

    Raises:
        BrokenManifestError: it is none.
    """
    text = _text(layout, path)
    try:
        data = json.loads(text)
    except json.JSONDecodeError as error:
        raise BrokenManifestError(path, error.lineno, f"not valid JSON: {error.msg}") from error
    except RecursionError as error:
        raise BrokenManifestError(path, 1, "it is nested too deep") from error
    return _mapping(path, text, data)


def read_yaml_file(layout: Layout, path: str) -> Manifest:
    """This function will read a YAML file that holds a mapping.

    Raises:
        BrokenManifestError: it is none.
    """
    text = _text(layout, path)
    try:
        data = read_yaml(text.encode())
    except UnreadableYamlError as error:
        raise BrokenManifestError(path, error.line, str(error)) from error
    return _mapping(path, text, {} if data is None else plain(data))


def read_lines(layout: Layout, path: str) -> tuple[str, ...]:
    """This function will read a file line by line.

    Raises:
        BrokenManifestError: it is no text.
    """
    return tuple(_text(layout, path).splitlines())


def _mapping(path: str, text: str, data: Any) -> Manifest:
    if not isinstance(data, dict):
        raise BrokenManifestError(path, 1, "it must hold a mapping")
    return Manifest(path=path, text=text, data=data)


def _text(layout: Layout, path: str) -> str:
    content = layout.manifests.get(path, b"").removeprefix(b"\xef\xbb\xbf")
    try:
        return content.decode("utf-8").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        raise BrokenManifestError(
            path, content.count(b"\n", 0, error.start) + 1, "the file is not UTF-8"
        ) from error
