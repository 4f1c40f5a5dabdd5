"""The nouns of provenance: the build that is expected, and what attestations were found to say."""

from __future__ import annotations

from dataclasses import dataclass

from bot.github.models import Sha  # noqa: TC001 - msgspec reads the annotations at run time


@dataclass(frozen=True, slots=True, kw_only=True)
class Build:
    """The build from which files must come."""

    web_url: str  # of the repository: https://github.com/acme/rocket
    repository_id: int
    sha: Sha
    workflow: str  # the name of its file: release.yml
    refs: tuple[str, ...]  # refs/tags/v1.0.0, refs/heads/main: on any of these


@dataclass(frozen=True, slots=True, kw_only=True)
class Attested:
    """A file of which it is proven that the expected build made it."""

    digest: str  # sha256:…
    bundle: str  # the name of the file that holds the attestation
    run_url: str  # of the workflow run, as the certificate tells it


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubt:
    """An attestation that proves nothing."""

    bundle: str
    text: str  # safe Markdown: why


@dataclass(frozen=True, slots=True, kw_only=True)
class Provenance:
    """What the attestations of a release prove."""

    attested: tuple[Attested, ...] = ()
    doubts: tuple[Doubt, ...] = ()
    unread: tuple[
        str, ...
    ] = ()  # names of files whose attestations GitHub itself certified: nobody else can tell

    def of(self, digest: str) -> Attested | None:
        """This function will find the proof of a file by its digest."""
        return next((one for one in self.attested if one.digest == digest), None)
