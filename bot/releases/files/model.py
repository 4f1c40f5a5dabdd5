"""The nouns of a release's files: what is expected, and what is wrong with what is there."""

from __future__ import annotations

from dataclasses import dataclass

from bot.commands.reasons import Reason  # noqa: TC001 - msgspec reads the annotations at run time


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """A file that the release must have."""

    pattern: str  # of its name; `*` is any text
    smallest: int  # bytes
    needs_provenance: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """What an attestation was found to say about a file."""

    name: str  # of the file
    bundle: str  # the name of the asset that holds the attestation
    text: str  # safe Markdown: who built it


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """What keeps a release from being published because of its files."""

    reason: Reason
    text: str  # safe Markdown, one sentence
    may_pass: bool = False  # whether a little time may mend it: GitHub lists an upload late


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """A file as it was when it was verified: any other one is another file."""

    id: int
    name: str
    size: int
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FileReport:
    """How the files of a release stand."""

    files: tuple[Verified, ...]
    problems: tuple[Problem, ...] = ()
    proofs: tuple[Proof, ...] = ()
    elsewhere: str = (
        ""  # the address of another release of the tag that has files, where some are missing here
    )
    checksums: str = ""  # the name of the checksums file that agrees with all of them; "" without one
