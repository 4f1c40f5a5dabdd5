"""The mistakes of a configuration file: found key by key against its types, each with its place."""

from __future__ import annotations

import types
import typing
from typing import TYPE_CHECKING, Annotated, Any, Union

import msgspec
from rapidfuzz.distance import OSA
from ruamel.yaml.comments import CommentedMap, CommentedSeq

from bot.forms import convert

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

PATH = ".github/pilothouse.yml"

# msgspec words a pattern as a pattern; a person wants to know what to write.
_WORDS = (
    ("it takes the name of a workflow file, such as deploy.yml", "ya?ml"),
    ("it takes a length of time: 30s, 10m, 6h or 2d", "[smhd]"),
    ("it takes an address that begins with https:// or http://", "https?"),
    ("it takes what ends with {version}, such as v{version}", "version"),
    ("it takes the beginning of a branch's name that ends with /, such as pilothouse/train/", "-]{0,99}/"),
)

_REGEX = "matching regex"

_NEAR = 2

Path = tuple[str | int, ...]


class ConfigurationMistake(msgspec.Struct, frozen=True, kw_only=True):
    """One mistake in a configuration file, with its place."""

    line: int  # from 1
    column: int  # from 1
    message: str

    def __str__(self) -> str:
        return f"{PATH}:{self.line}:{self.column}: {self.message}"


class ConfigurationErrors(msgspec.Struct, frozen=True, kw_only=True):
    """A configuration file that cannot be used, and why."""

    mistakes: tuple[ConfigurationMistake, ...]


def wrong_in(document: CommentedMap, form: Any) -> tuple[tuple[Path, str], ...]:
    """This function will find every mistake of form, not only the first: each time the path and what it takes."""
    return tuple(_wrong(document, form, ()))


def placed(document: CommentedMap, found: Iterable[tuple[Path, str]]) -> ConfigurationErrors:
    """This function will put mistakes into the order of the file, each with its place, and each once."""
    unique = {place_of(document, path, message) for path, message in found}
    return ConfigurationErrors(
        mistakes=tuple(sorted(unique, key=lambda one: (one.line, one.column, one.message)))
    )


def place_of(document: CommentedMap, path: Path, message: str) -> ConfigurationMistake:
    """This function will say where in the file the part is that the path leads to, as far as it is there."""
    node: Any = document
    line, column = 0, 0
    for key in path:
        if isinstance(node, CommentedMap) and key in node:
            line, column = _written(node, key) or (line, column)
        elif isinstance(node, CommentedSeq) and isinstance(key, int) and key < len(node):
            line, column = node.lc.item(key)
        else:
            break
        node = node[key]
    named = "".join(f".{key}" if isinstance(key, str) else f"[{_short(key)}]" for key in path).removeprefix(
        "."
    )
    return ConfigurationMistake(line=line + 1, column=column + 1, message=f"{named}: {message}")


def _short(key: object) -> str:
    return "null" if key is None else str(key)


def _written(node: CommentedMap, key: object) -> tuple[int, int] | None:
    """Where a key is written: in the mapping, or in one that is merged into it."""
    if node.lc.data is not None and key in node.lc.data:
        line, column = node.lc.key(key)
        return line, column
    places = (_written(merged, key) for merged in node.merge)
    return next((place for place in places if place is not None), None)


def plain(node: Any) -> Any:
    """This function will return the node without its line marks, in types that msgspec checks strictly."""
    match node:
        case dict():
            return {plain(key): plain(value) for key, value in node.items()}
        case list():
            return [plain(value) for value in node]
        case bool() | None:
            return node
        case int():
            return int(node)
        case float():
            return float(node)
        case _:
            return str(node)


def _wrong(node: Any, form: Any, path: Path) -> Iterator[tuple[Path, str]]:
    """The mistakes within the smallest parts that can be checked alone, else of the part as a whole."""
    inner = list(_inner(node, form, path))
    yield from inner
    if not inner:
        try:
            convert(plain(node), form)
        except msgspec.ValidationError as error:
            message, _, _ = str(error).partition(" - at ")
            yield path, _reworded(message, form)


def _reworded(message: str, form: Any) -> str:
    """What a person has to write; what is said nowhere else is told by the key's own description."""
    known = next((words for words, pattern in _WORDS if pattern in message), None)
    if known is not None or _REGEX not in message:
        return known or message
    said = next((meta.description for meta in typing.get_args(form)[1:] if meta.description), "")
    return f"it has another form than this key takes. {said}".rstrip()


def _inner(node: Any, form: Any, path: Path) -> Iterator[tuple[Path, str]]:
    bare = _bare(form, node)
    if isinstance(node, CommentedMap) and isinstance(bare, type) and issubclass(bare, msgspec.Struct):
        yield from _of_struct(node, bare, path)
    elif isinstance(node, CommentedMap) and typing.get_origin(bare) is dict:
        for key, value in node.items():
            if isinstance(key, str):
                yield from _wrong(value, typing.get_args(bare)[1], (*path, key))
            else:
                yield (*path, key), "a name is text; put it into quotes"
    elif isinstance(node, CommentedSeq) and typing.get_origin(bare) is tuple:
        for index, value in enumerate(node):
            yield from _wrong(value, typing.get_args(bare)[0], (*path, index))


def _of_struct(node: CommentedMap, form: type[msgspec.Struct], path: Path) -> Iterator[tuple[Path, str]]:
    fields = {field.encode_name: field for field in msgspec.structs.fields(form)}
    for key, value in node.items():
        if key in fields:
            yield from _wrong(value, fields[key].type, (*path, key))
        else:
            yield (*path, key), _unknown(key, fields)
    for name, field in fields.items():
        if field.required and name not in node:
            yield path, f"it needs the key {name}"


def _unknown(key: object, fields: dict[str, Any]) -> str:
    near = min(fields, key=lambda name: OSA.distance(str(key), name))
    return "there is no such key" + (
        f"; did you mean {near}?" if OSA.distance(str(key), near) <= _NEAR else ""
    )


def _bare(form: Any, node: Any) -> Any:
    """The type without its annotations; of a union the one that the node could be."""
    while typing.get_origin(form) is Annotated:
        form = typing.get_args(form)[0]
    if typing.get_origin(form) not in {Union, types.UnionType}:
        return form
    for one in typing.get_args(form):
        bare = _bare(one, node)
        is_list = typing.get_origin(bare) is tuple
        if bare is not type(None) and is_list == isinstance(node, CommentedSeq):
            return bare
    return form
