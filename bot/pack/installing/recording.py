"""The record of what was written into a repository: which content, by git's own ids, lies behind each file."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated

import msgspec
from msgspec import Meta, Struct

from bot.config.pipeline import PipelineConfig
from bot.forms import decode

if TYPE_CHECKING:
    from collections.abc import Mapping

VERSION = 1
_ABOUT = "What `pilothouse init` wrote, by git's blob ids: a file that differs was edited. Not for editing by hand."

_Blob = Annotated[str, Meta(pattern="^[0-9a-f]{40}$")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What was last written for a path."""

    blob: str  # git's id of it
    text: str | None = None  # itself, where no commit has it: it was merged with what a person wrote


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """What was written, by path; with what is wrong about the file that said it."""

    files: Mapping[str, Written] = field(default_factory=dict)
    pipeline: PipelineConfig | None = (
        None  # what was suggested last: what differs from it was decided by a person
    )
    trouble: str = ""  # plain text: why nothing of the file can be used; empty where it could be
    is_newer: bool = False  # of a version that this program does not know


class _Entry(Struct):
    blob: _Blob
    text: str | None = None


class _File(Struct):
    version: int
    files: dict[str, _Entry]
    pipeline: msgspec.Raw = msgspec.Raw()


class _Version(Struct):
    version: int


def blob_id(content: bytes) -> str:
    """This function will return the id that git has for a file of this content."""
    return hashlib.sha1(b"blob %d\0" % len(content) + content, usedforsecurity=False).hexdigest()


def record_from(content: bytes | None) -> Record:
    """This function will read the record as it lies in a repository; without a file nothing was written."""
    if content is None:
        return Record()
    try:
        version = decode(content, _Version).version
        if version > VERSION:
            return Record(
                trouble=f"it has version {version}, which is newer than this program", is_newer=True
            )
        read = decode(content, _File)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        return Record(trouble=f"it cannot be read: {error}")
    files = {
        path: Written(blob=one.blob, text=_true(one)) for path, one in read.files.items() if _is_inside(path)
    }
    return Record(files=files, pipeline=_pipeline(read.pipeline))


def record_text(files: Mapping[str, Written], pipeline: PipelineConfig) -> bytes:
    """This function will write the record, always in the same order."""
    entries = {
        path: {"blob": one.blob} | ({} if one.text is None else {"text": one.text})
        for path, one in sorted(files.items())
    }
    said = {"about": _ABOUT, "version": VERSION, "files": entries, "pipeline": msgspec.to_builtins(pipeline)}
    return (json.dumps(said, indent=2, ensure_ascii=False) + "\n").encode()


def _pipeline(said: msgspec.Raw) -> PipelineConfig | None:
    try:
        return decode(memoryview(said), PipelineConfig) if bytes(said) else None
    except msgspec.MsgspecError:  # of another version of the program, or edited: nothing of it is remembered
        return None


def _true(entry: _Entry) -> str | None:
    """The text that an entry keeps; one that is not what its id says was edited and is not believed."""
    text = entry.text
    return text if text is not None and blob_id(text.encode(errors="replace")) == entry.blob else None


def _is_inside(path: str) -> bool:
    """Whether a path names a file of the repository; a record may have been edited by anybody."""
    parts = {part.lower() for part in path.split("/")}
    return path.isprintable() and "\\" not in path and not {"", ".", "..", ".git"} & parts
