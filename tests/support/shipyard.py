"""A repository whose pack ships, an AWS account that it ships to, and the machines and people around both."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from bot.config.pipeline import (
    ImageConfig,
    InfrastructureConfig,
    Kind,
    PipelineConfig,
    ProjectConfig,
    ShippingConfig,
)
from tests.support import terraform_root
from tests.support.actions.model import Trigger
from tests.support.pack_runs import Yard, make_yard

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from tests.support.actions.model import RunResult
    from tests.support.aws_cli import Account

# Its tests and lints are those of other tests: here they only have to be green, or red.
_QUICK: dict[str, str | None] = {"build": "test ! -e broken", "all-tests": "true"}
_NONE: dict[str, str | None] = dict.fromkeys(("fmt", "clippy", "security-audit", "docs"))
SHIPPING = PipelineConfig(
    projects={"main": ProjectConfig(kind=Kind.CARGO, system=("libfuse3-dev",), commands={**_QUICK, **_NONE})},
    release=ShippingConfig(
        binaries=("breakwater",), images={"breakwater": ImageConfig(binaries=("breakwater",))}
    ),
    infrastructure=InfrastructureConfig(state="acme-state", artifacts="acme-artifacts"),
)
_ROOT = "infra/terraform"
ROLE = "arn:aws:iam::123456789012:role/pilothouse-"
# A compiler of no time: it takes the words of a release build alone, and writes a program of the right machine.
_CARGO = """\
import os, pathlib, re, sys
words = " ".join(sys.argv[1:])
found = re.fullmatch(r"build --release --locked --target (x86_64|aarch64)-unknown-linux-gnu --bin breakwater", words)
if not found:
    sys.exit(f"error: unexpected argument in `cargo {words}`")
if found[1] == "aarch64" and os.environ["CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_LINKER"] != "aarch64-linux-gnu-gcc":
    sys.exit("error: linking with `cc` failed: exit status: 1")
out = pathlib.Path("target", f"{found[1]}-unknown-linux-gnu", "release", "breakwater")
out.parent.mkdir(parents=True, exist_ok=True)
machine = {"x86_64": 62, "aarch64": 183}[found[1]]
source = pathlib.Path("crates/server/src/main.rs").read_bytes()
out.write_bytes(b"\\x7fELF\\x02\\x01\\x01" + bytes(11) + machine.to_bytes(2, "little") + source)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shipyard:
    """What ships, and where to."""

    yard: Yard
    aws: Account

    @property
    def head(self) -> str:
        """The newest commit."""
        return self.yard.change({})

    def run(self, file: str, run_id: int, **inputs: str) -> RunResult:
        """This function will dispatch a workflow, with the roles that the environments have."""
        roles = {"AWS_APPLY_ROLE": f"{ROLE}apply", "AWS_PUSH_ROLE": f"{ROLE}push"}
        trigger = Trigger(
            event="workflow_dispatch",
            inputs=inputs,
            run_id=run_id,
            variables={"AWS_PLAN_ROLE": f"{ROLE}plan"},
            environments=dict.fromkeys(("staging", "production", "test"), roles),
        )
        return self.yard.run(file, trigger)

    def plan_of(self, run: RunResult) -> dict[str, Any]:
        """This function will read the summary that a planning run left."""
        return dict(json.loads((run.artifacts["pilothouse-plan"] / "summary.json").read_text()))

    def digest_of(self, run: RunResult) -> str:
        """This function will read what a run says that it pushed."""
        return str(json.loads((run.artifacts["pilothouse-artifacts"] / "summary.json").read_text())["digest"])

    def released(self, environment: str = "production") -> dict[str, Any]:
        """This function will read what the machines are pointed to."""
        objects = self.aws.objects("acme-artifacts")
        return dict(json.loads(objects[f"environments/{environment}/release.json"]))

    def machines_follow(self, *ids: str, environment: str = "production") -> None:
        """This function will have machines take whatever they are pointed to, as soon as they are."""

        def take(arguments: Mapping[str, Any]) -> None:
            told = json.loads(arguments["Body"])
            at = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
            report = {"version": 1, "digest": told["digest"], "healthy": True, "draining": False, "at": at}
            for each in ids:
                self.aws.put("acme-artifacts", f"environments/{environment}/nodes/{each}.json", report)

        self.aws.commands.on_key[f"environments/{environment}/release.json"] = take


def make_shipyard(folder: Path, aws: Account) -> Shipyard:
    """This function will make the repository and its machine."""
    made = make_yard(folder / "yard", pipeline=SHIPPING)
    repository, small = made.workspace.repository, terraform_root.files(_ROOT)
    paths = (path.relative_to(repository) for path in (repository / _ROOT).rglob("*") if path.is_file())
    away = dict.fromkeys(map(str, paths))  # the provider of the pack's own files is not at hand
    made.change({**away, **{path: text.decode() for path, text in small.items()}})
    cargo = folder / "compiler" / "cargo"
    cargo.parent.mkdir()
    cargo.write_text(f"#!{sys.executable} -IS\n{_CARGO}")
    cargo.chmod(0o755)
    environment = {
        **made.workspace.environment,
        **terraform_root.SETTINGS,
        **aws.environment(),
        "PATIENCE": "0",
    }
    del environment["PATH"]
    programs = (cargo.parent, aws.program, terraform_root.program_folder(folder), *made.workspace.programs)
    return Shipyard(
        yard=Yard(workspace=replace(made.workspace, programs=programs, environment=environment)), aws=aws
    )
