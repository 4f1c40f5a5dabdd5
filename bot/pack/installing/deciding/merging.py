"""Three texts become one: what was written, what a person made of it, what is new."""

from __future__ import annotations

from typing import TYPE_CHECKING

from merge3 import Merge3
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

if TYPE_CHECKING:
    from collections.abc import Iterator

_MOST_LINES = 20_000  # beyond them finding what is the same takes minutes
_YAML = (".yml", ".yaml")


def merged(path: str, *, base: bytes, current: bytes, offered: bytes) -> bytes | None:
    """This function will take what is new into what a person edited; None where the two contradict each other.

    What comes out of a YAML file is still one: two changes may lie apart as lines and clash as data.
    """
    ending = b"\r\n" if b"\r\n" in current else b"\n"
    old, edited, new = (_lines(text, ending) for text in (base, current, offered))
    if b"\0" in base + current + offered or max(len(old), len(edited), len(new)) > _MOST_LINES:
        return None
    lines = _together(Merge3(old, edited, new))
    text = None if lines is None else b"".join(lines)
    return text if text is None or not path.endswith(_YAML) or _is_yaml(text) else None


def _lines(text: bytes, ending: bytes) -> list[bytes]:
    return text.replace(b"\r\n", b"\n").replace(b"\n", ending).splitlines(keepends=True)


def _together(merge: Merge3[bytes]) -> list[bytes] | None:
    lines: list[bytes] = []
    for region in merge.merge_regions():
        kind = region[0]
        if kind == "conflict":
            return None
        source = {"unchanged": merge.base, "b": merge.b}.get(kind, merge.a)
        lines += source[region[1] : region[2]]
    return lines


def _is_yaml(text: bytes) -> bool:
    try:
        _drain(YAML(typ="safe", pure=True).load_all(text))
    except (YAMLError, ValueError):
        return False
    return True


def _drain(documents: Iterator[object]) -> None:
    for _ in documents:
        pass
