"""Drafts an installation: the pipeline as it should be now, and what becomes of every file of it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.config.mistakes import PATH, ConfigurationErrors
from bot.config.pipeline import Kind
from bot.config.repository import configuration_from_yaml
from bot.pack.configuring import configured
from bot.pack.detecting import detect, manifest_names
from bot.pack.installing.deciding.planning import decide_file, needs_base
from bot.pack.installing.deciding.settling import Settled, settle
from bot.pack.installing.deciding.wishing import remembering, wished
from bot.pack.installing.looking.sources import UnusableSourceError
from bot.pack.installing.model import Change, Fate, Standing, Wish
from bot.pack.installing.recording import Record, Written, blob_id, record_from, record_text
from bot.pack.manifests.naming import job_name
from bot.pack.model import FOLDER, RECORD, Found, Layout
from bot.pack.rendering.pack import About, pack_files
from bot.pack.suggesting import suggest

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from bot.config.pipeline import PipelineConfig
    from bot.pack.installing.deciding.wishing import Wishes
    from bot.pack.installing.looking.sources import Source
    from bot.pack.model import PackFile

_ACTIONS = ".github/actions/pilothouse-"
_NEVER_READ = ("node_modules", "target", ".git")


class NothingFoundError(Exception):
    """Nothing in the repository is built by a tool that is known here; the message says what helps."""


class WrongConfigurationError(Exception):
    """The configuration file has mistakes, each with its line."""

    def __init__(self, errors: ConfigurationErrors) -> None:
        super().__init__(
            "\n".join(f"{PATH}:{one.line}:{one.column}: {one.message}" for one in errors.mistakes)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What is to be installed where, and what was said about single files."""

    about: About
    wishes: Wishes
    files: Mapping[str, Wish]


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """An installation, ready to be shown, written or proposed."""

    about: About
    found: tuple[Found, ...]
    pipeline: PipelineConfig
    decided: tuple[str, ...]  # keys of the pipeline that a person set otherwise than is found now
    changes: tuple[Change, ...]  # of every file, in the order of paths
    trouble: str  # why the former record could not be used; empty where it could

    @property
    def writes(self) -> tuple[Change, ...]:
        """The files that change."""
        return tuple(change for change in self.changes if change.fate.writes)


async def look(source: Source) -> tuple[tuple[Found, ...], Layout]:
    """This function will find what a repository builds, as if the pack had never come into it.

    Raises:
        BrokenManifestError: a file that says how something is built cannot be read.
        UnusableSourceError: the files cannot be read.
    """
    record = record_from((await source.contents((RECORD,))).get(RECORD))
    paths = await source.paths() - record.files.keys()
    names = manifest_names()
    wanted = [path for path in paths if path.rpartition("/")[2] in names and _is_own(path)]
    layout = Layout(paths=paths, manifests=await source.contents(wanted))
    return await asyncio.to_thread(detect, layout), layout


async def draft(seen: tuple[tuple[Found, ...], Layout], target: Source, order: Order) -> Draft:
    """This function will draft what is to be written into a repository in which that was found.

    Raises:
        NothingFoundError: there is nothing to make a pipeline of.
        WrongConfigurationError, RefusedConfigurationError: the configuration cannot be built upon.
        IncompleteWishesError: more has to be said.
        UnusableSourceError: the repository cannot be read, or another version of this program wrote into it.
    """
    own = await target.contents((PATH, RECORD))
    record = record_from(own.get(RECORD))
    if record.is_newer:
        raise UnusableSourceError(
            f"{RECORD} is newer than this program: {record.trouble}. Update Pilothouse."
        )
    existing = own.get(PATH)
    found, layout = seen
    current = await asyncio.to_thread(_present, existing)
    suggested = _suggested(found, layout, record.pipeline or current, order)
    settled = _settled(record, current, suggested, order.wishes)
    text = existing
    if existing is None or current != settled.pipeline:
        text = await asyncio.to_thread(configured, existing, settled.pipeline)
    files = await asyncio.to_thread(pack_files, settled.pipeline, order.about)
    decided = await _decided(target, record, files, order)
    changes = [*decided, _whole(PATH, existing, text)]
    written = {change.path: change.written for change in decided if change.written is not None}
    changes.append(_whole(RECORD, own.get(RECORD), record_text(written, suggested)))
    return Draft(
        about=order.about,
        found=found,
        pipeline=settled.pipeline,
        decided=settled.kept,
        changes=tuple(sorted(changes, key=lambda change: change.path)),
        trouble=record.trouble,
    )


def _is_own(path: str) -> bool:
    return not set(_NEVER_READ).intersection(path.split("/"))


def _present(existing: bytes | None) -> PipelineConfig | None:
    if existing is None:
        return None
    read = configuration_from_yaml(existing)
    if isinstance(read, ConfigurationErrors):
        raise WrongConfigurationError(read)
    return read.pipeline


def _suggested(
    found: tuple[Found, ...], layout: Layout, before: PipelineConfig | None, order: Order
) -> PipelineConfig:
    """What would be written if nobody had decided anything in the configuration."""
    if not found and before is None and order.wishes.kind is not None:
        name = job_name(order.about.full_name.rpartition("/")[2])
        found = (Found(name=name, kind=order.wishes.kind, folder="."),)
    suggested = suggest(found, layout)
    if suggested is None:
        if before is None:
            kinds = ", ".join(f"--kind {kind}" for kind in Kind)
            raise NothingFoundError(f"Nothing was found that is built yet. Say what will be: {kinds}.")
        return wished(before, order.wishes)
    return wished(remembering(suggested, before), order.wishes, release=suggested.release)


def _settled(
    record: Record, current: PipelineConfig | None, suggested: PipelineConfig, wishes: Wishes
) -> Settled:
    if current is None:
        return Settled(pipeline=suggested)
    if record.pipeline is None:  # a person wrote it: it holds as it is
        return Settled(pipeline=wished(current, wishes, release=suggested.release))
    settled = settle(record.pipeline, current, suggested)
    pipeline = wished(settled.pipeline, wishes, release=suggested.release)
    return Settled(pipeline=pipeline, kept=settled.kept)


def _whole(path: str, before: bytes | None, after: bytes | None) -> Change:
    """A file that is not merged line by line: it was made from what lay there."""
    fate = Fate.SAME if before == after else Fate.NEW if before is None else Fate.UPDATED
    return Change(path=path, fate=fate, before=before, after=after, offered=after, written=None)


async def _decided(
    target: Source, record: Record, files: tuple[PackFile, ...], order: Order
) -> tuple[Change, ...]:
    offered = {file.path: file for file in files}
    if unknown := sorted(order.files.keys() - offered.keys()):
        raise UnusableSourceError(
            f"{unknown[0]} is none of the pack's files; --replace and --keep take only those."
        )
    _check_paths(await target.paths(), offered)
    paths = sorted({*offered, *record.files})
    ids = await target.ids(paths)
    new = {path: blob_id(file.content) for path, file in offered.items()}
    differing = [path for path, one in ids.items() if one != new.get(path)]
    contents = await target.contents(differing)
    bases = await _bases(target, record, ids, new)
    standings = (
        Standing(
            path=path,
            written=record.files.get(path),
            base=bases.get(path),
            current=contents.get(path) if path in differing or path not in ids else offered[path].content,
            offered=offered.get(path),
            is_removable=path.startswith(_folders(record)),
        )
        for path in paths
    )
    return tuple(decide_file(one, order.files.get(one.path, Wish.NONE)) for one in standings)


def _folders(record: Record) -> tuple[str, ...]:
    """Where files may be removed of which the record says that the pack wrote them."""
    said = record.pipeline.infrastructure if record.pipeline is not None else None
    return (f"{FOLDER}/", _ACTIONS, *([f"{said.folder}/"] if said is not None else []))


async def _bases(
    target: Source, record: Record, ids: Mapping[str, str], new: Mapping[str, str]
) -> Mapping[str, bytes]:
    wanted = {path: one for path, one in record.files.items() if _wants(path, one, ids, new)}
    kept = {path: one.text.encode() for path, one in wanted.items() if one.text is not None}
    objects = await target.objects({one.blob for path, one in wanted.items() if path not in kept})
    return kept | {path: objects[one.blob] for path, one in wanted.items() if one.blob in objects}


def _wants(path: str, written: Written, ids: Mapping[str, str], new: Mapping[str, str]) -> bool:
    return needs_base(written=written.blob, current=ids.get(path), offered=new.get(path))


def _check_paths(there: frozenset[str], offered: Mapping[str, PackFile]) -> None:
    """Git has no file where a folder is, and would drop the one for the other without a word."""
    folders = {folder for path in there for folder in _above(path)}
    for path in offered:
        if path in folders:
            raise UnusableSourceError(
                f"{path} is a folder there, and the pack has a file of that name. Move it away."
            )
        if blocked := next((folder for folder in _above(path) if folder in there), None):
            raise UnusableSourceError(f"{blocked} is a file there, and the pack has {path}. Move it away.")


def _above(path: str) -> Iterator[str]:
    while "/" in path:
        path = path.rpartition("/")[0]
        yield path
