"""What a repository may say about its pipeline: the workflows that `pilothouse init` writes are made from it."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from msgspec import Meta, field

from bot.config.agents import Name, Region  # noqa: TC001 - msgspec reads the annotations at run time
from bot.config.terms import Duration, Strict

Inside = Annotated[
    str, Meta(pattern=r"^(\.|[A-Za-z0-9_@+-][A-Za-z0-9._@+-]*(/[A-Za-z0-9_@+-][A-Za-z0-9._@+-]*)*)$")
]
Shell = Annotated[str, Meta(min_length=1, max_length=4000)]
Version = Annotated[str, Meta(pattern=r"^[A-Za-z0-9][A-Za-z0-9.+_-]{0,63}$")]
Job = Annotated[str, Meta(pattern=r"^[A-Za-z_][A-Za-z0-9_-]{0,63}$")]
Package = Annotated[str, Meta(pattern=r"^[@A-Za-z0-9_.][@A-Za-z0-9_./~-]{0,199}$")]
AptPackage = Annotated[str, Meta(pattern=r"^[a-z0-9][a-z0-9+.:-]{0,99}$")]
Binary = Annotated[str, Meta(pattern=r"^[A-Za-z0-9_][A-Za-z0-9_.-]{0,63}$")]
Bucket = Annotated[str, Meta(pattern=r"^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$")]
MachineName = Annotated[str, Meta(pattern=r"^[a-z][a-z0-9-]{0,31}$")]
Category = Annotated[str, Meta(pattern=r"^[a-z][a-z0-9-]{0,31}$")]


class Kind(StrEnum):
    """What a project is built with."""

    CARGO = "cargo"
    PYTHON = "python"
    NODE = "node"
    GO = "go"


class Target(StrEnum):
    """For what a release is built."""

    LINUX_X64 = "linux-x64"
    LINUX_ARM64 = "linux-arm64"


class Registry(StrEnum):
    """Where images are pushed."""

    GHCR = "ghcr"
    ECR = "ecr"


class ProjectConfig(Strict, frozen=True, kw_only=True):
    """One thing in the repository that is built and tested by one tool."""

    kind: Annotated[Kind, Meta(description="What it is built with.")]
    folder: Annotated[Inside, Meta(description="Where it lies in the repository.")] = "."
    manager: Annotated[
        str,
        Meta(
            description="What installs its packages: uv, poetry or pip; npm, pnpm or yarn.",
            pattern=r"^$|^(uv|poetry|pip|npm|pnpm|yarn)$",
        ),
    ] = ""
    version: Annotated[
        Version | None,
        Meta(description="The version of the toolchain; by default what the project's own files say."),
    ] = None
    system: Annotated[
        tuple[AptPackage, ...],
        Meta(description="Debian packages that building it needs, such as libfuse3-dev.", max_length=50),
    ] = ()
    commands: Annotated[
        dict[Job, Shell | None],
        Meta(
            description="What jobs of it run in place of the usual commands, by job: those of `ci-build.yml`, "
            "`all-tests`, `group` (which finds its part as $PACKAGES) and `install`, which comes before each; "
            "null leaves a job out, another name is one more.",
            max_length=20,
        ),
    ] = field(default_factory=dict)


class GroupConfig(Strict, frozen=True, kw_only=True):
    """A job of `tests-all.yml` that tests a part of a project by itself."""

    project: Annotated[Name | None, Meta(description="One of `projects`; by default the first.")] = None
    packages: Annotated[
        tuple[Package, ...],
        Meta(
            description="Its crates, packages or folders, as its tool names them.",
            min_length=1,
            max_length=50,
        ),
    ]
    category: Annotated[Category, Meta(description="As what its tests are counted.")] = "unit"
    time_limit: Annotated[Duration, Meta(description="How long the job may take.")] = "45m"


class MeasuresConfig(Strict, frozen=True, kw_only=True):
    """Figures of a suite that are held to those of the default branch."""

    tolerance: Annotated[
        float, Meta(description="By which part a figure may be worse: 0.1 is a tenth.", gt=0, le=10)
    ] = 0.1
    higher_is_better: Annotated[
        tuple[str, ...],
        Meta(description="Patterns of the figures that should be high; `*` is any text.", max_length=100),
    ] = ()


class SuiteConfig(Strict, frozen=True, kw_only=True):
    """A job of `integration-tests.yml`."""

    run: Annotated[Shell, Meta(description="What it runs, in bash, in the project's folder.")]
    project: Annotated[Name | None, Meta(description="One of `projects`; by default the first.")] = None
    category: Annotated[Category, Meta(description="As what its tests are counted.")] = "integration"
    time_limit: Annotated[Duration, Meta(description="How long the job may take.")] = "30m"
    measures: Annotated[
        MeasuresConfig | None,
        Meta(
            description="That it writes figures (NAME VALUE lines to the file $MEASURES) which must not get worse."
        ),
    ] = None


class ImageConfig(Strict, frozen=True, kw_only=True):
    """A container image that a release builds."""

    binaries: Annotated[
        tuple[Binary, ...],
        Meta(description="The programs it holds; the first is what it starts.", min_length=1),
    ]
    dockerfile: Annotated[Inside, Meta(description="Its Dockerfile.")] = "Dockerfile"


class ShippingConfig(Strict, frozen=True, kw_only=True):
    """What `release.yml` builds."""

    project: Annotated[Name | None, Meta(description="One of `projects`; by default the first.")] = None
    binaries: Annotated[
        tuple[Binary, ...], Meta(description="The programs that a release has.", min_length=1, max_length=50)
    ]
    targets: Annotated[tuple[Target, ...], Meta(description="For what they are built.", min_length=1)] = (
        Target.LINUX_X64,
        Target.LINUX_ARM64,
    )
    images: Annotated[
        dict[Binary, ImageConfig], Meta(description="Container images by name.", max_length=20)
    ] = field(default_factory=dict)
    registry: Annotated[Registry, Meta(description="Where images are pushed.")] = Registry.GHCR
    time_limit: Annotated[Duration, Meta(description="How long a job of it may take.")] = "40m"


class MachinesConfig(Strict, frozen=True, kw_only=True):
    """Machines of one kind, as an environment is first given them; its own file of variables says what holds."""

    type: Annotated[
        str,
        Meta(pattern=r"^[a-z0-9-]+\.[a-z0-9-]+$", description="The instance type, of x86-64: i4i.2xlarge."),
    ]
    count: Annotated[int, Meta(ge=0, le=100, description="How many.")] = 1
    programs: Annotated[
        tuple[Binary, ...], Meta(description="Which of the release's binaries run on them.", max_length=20)
    ] = ()


class InfrastructureConfig(Strict, frozen=True, kw_only=True):
    """Where `deploy-prod.yml` deploys to: AWS, by Terraform."""

    folder: Annotated[Inside, Meta(description="Where the Terraform files lie.")] = "infra/terraform"
    region: Annotated[Region, Meta(description="The region.")] = "us-east-1"
    state: Annotated[Bucket, Meta(description="The bucket of the state and of the plans.")]
    artifacts: Annotated[Bucket, Meta(description="The bucket that programs are pushed to.")]
    environments: Annotated[
        tuple[Name, ...], Meta(description="What can be deployed to.", min_length=1, max_length=20)
    ] = ("staging", "production")
    cluster: Annotated[
        Name, Meta(description="The test cluster: an environment of its own, which `cluster.yml` steers.")
    ] = "test"
    preemptible: Annotated[
        tuple[Name, ...],
        Meta(
            description="Environments of spot instances that the daily limit may end; the cluster always is one.",
            max_length=20,
        ),
    ] = ()
    storage: Annotated[MachinesConfig, Meta(description="The storage nodes.")] = MachinesConfig(
        type="i4i.2xlarge", count=5
    )
    clients: Annotated[MachinesConfig, Meta(description="The client nodes.")] = MachinesConfig(
        type="c7a.xlarge", count=2
    )
    others: Annotated[
        dict[MachineName, MachinesConfig],
        Meta(description="Machines that serve the others, by name.", max_length=20),
    ] = field(default_factory=dict)
    time_limit: Annotated[Duration, Meta(description="How long a job of it may take.")] = "50m"


class PipelineConfig(Strict, frozen=True, kw_only=True):
    """The pipeline whose workflows `pilothouse init` writes."""

    projects: Annotated[
        dict[Name, ProjectConfig],
        Meta(description="What is built and tested, by name.", min_length=1, max_length=50),
    ]
    groups: Annotated[
        dict[Job, GroupConfig], Meta(description="Jobs of `tests-all.yml` by name.", max_length=200)
    ] = field(default_factory=dict)
    suites: Annotated[
        dict[Job, SuiteConfig], Meta(description="Jobs of `integration-tests.yml` by name.", max_length=100)
    ] = field(default_factory=dict)
    categories: Annotated[
        dict[Category, tuple[str, ...]],
        Meta(
            description="Patterns of test names that are counted as something else than their job says; "
            "`*` is any text.",
            max_length=20,
        ),
    ] = field(default_factory=dict)
    nightly: Annotated[
        str,
        Meta(description="When everything is tested each day, as a cron expression in UTC; empty for never."),
    ] = "0 0 * * *"
    release: Annotated[
        ShippingConfig | None,
        Meta(description="What a release builds; without it there is no `release.yml`."),
    ] = None
    infrastructure: Annotated[
        InfrastructureConfig | None,
        Meta(
            description="Where is deployed to; without it there are neither `deploy-prod.yml` nor Terraform files."
        ),
    ] = None
    autofix: Annotated[
        bool,
        Meta(description="Whether `autofix.yml` is written, which has formatters and linters mend a branch."),
    ] = True
    metrics: Annotated[
        bool, Meta(description="Whether times, cache hits and test counts of its runs are kept for `/stats`.")
    ] = True
