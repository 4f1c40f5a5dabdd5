"""What a repository may say about releases: which workflow builds them, what they must hold, who lets them out."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, field

from bot.config.terms import Duration, Strict, WorkflowFile
from bot.github.models import Permission


class AssetConfig(Strict, frozen=True, kw_only=True):
    """One file that a release must have before it is published."""

    name: Annotated[
        str,
        Meta(
            description="Its name; `*` is any text, and {version} and {tag} stand for those of the release.",
            examples=["*-linux-x64.tar.gz"],
            min_length=1,
        ),
    ]
    smallest: Annotated[int, Meta(description="How many bytes it has at least.", ge=1)] = 1
    provenance: Annotated[
        bool | None,
        Meta(description="Whether it must have a provenance attestation; by default as `provenance` says."),
    ] = None


class ProvenanceConfig(Strict, frozen=True, kw_only=True):
    """What an attestation must say of who built a file."""

    required: Annotated[
        bool, Meta(description="Whether every expected file needs one; what is there is verified anyway.")
    ] = False
    workflow: Annotated[
        WorkflowFile | None,
        Meta(description="The workflow that must have built it; by default the release's."),
    ] = None


class ComponentConfig(Strict, frozen=True, kw_only=True):
    """One of several things in the repository that are released by themselves."""

    paths: Annotated[
        tuple[str, ...],
        Meta(description="Patterns of the files whose commits belong to it; `*` is any text.", min_length=1),
    ]
    tag: Annotated[
        str,
        Meta(
            description="Its tags; {version} stands for the version. By default those of the repository after its "
            "name and a hyphen.",
            pattern=r"^$|\{version\}$",
        ),
    ] = ""
    workflow: Annotated[WorkflowFile | None, Meta(description="The workflow that builds it.")] = None
    assets: Annotated[tuple[AssetConfig, ...] | None, Meta(description="The files it must have.")] = None
    checksums: Annotated[str | None, Meta(description="The name of its checksums file.")] = None


class ReleaseConfig(Strict, frozen=True, kw_only=True):
    """How versions are released."""

    workflow: Annotated[
        WorkflowFile | None,
        Meta(
            description="The workflow that builds the files; it runs when the tag is pushed, or is dispatched where "
            "it has a workflow_dispatch trigger only. Without it, no files are waited for."
        ),
    ] = "release.yml"
    permission: Annotated[Permission, Meta(description="The role that `/release` needs.")] = (
        Permission.MAINTAIN
    )
    environment: Annotated[
        str,
        Meta(description="An environment whose approvals and freeze hold for releases too; empty for none."),
    ] = ""
    branches: Annotated[
        tuple[str, ...],
        Meta(description="Patterns of branches, beside the default one, from which is released."),
    ] = ()
    tag: Annotated[
        str,
        Meta(description="How tags are named; {version} stands for the version.", pattern=r"\{version\}$"),
    ] = "v{version}"
    checks: Annotated[
        tuple[str, ...] | None,
        Meta(description="Names of checks of the commit that must be green; without it, every one."),
    ] = None
    assets: Annotated[
        tuple[AssetConfig, ...], Meta(description="The files that a release must have.", max_length=100)
    ] = ()
    checksums: Annotated[
        str,
        Meta(
            description="The name of a file with the SHA-256 of every other one, as sha256sum writes it; "
            "empty for none."
        ),
    ] = ""
    provenance: Annotated[ProvenanceConfig, Meta(description="What attestations must say.")] = (
        ProvenanceConfig()
    )
    components: Annotated[
        dict[str, ComponentConfig],
        Meta(description="Things that are released by themselves, by name.", max_length=100),
    ] = field(default_factory=dict)
    sanity: Annotated[
        bool,
        Meta(
            description="Whether a version that says less than its commits is refused: a patch with a feature."
        ),
    ] = True
    announce: Annotated[
        bool,
        Meta(description="Whether each pull request and issue that a release holds gets a comment."),
    ] = True
    time_limit: Annotated[
        Duration, Meta(description="How long its workflow run may take before the release stops.")
    ] = "3h"
