"""The pack's Terraform files as a repository gets them, and Terraform with the AWS provider's schema, without AWS."""

from __future__ import annotations

import atexit
import functools
import json
import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any

import pytest

from bot.config.pipeline import InfrastructureConfig, MachinesConfig
from bot.pack.infrastructure import Owner, terraform_files
from tests.support.terraform import terraform_command

ROOT = Path(__file__).parents[2]
_MADE = ROOT / ".venv" / "terraform"
# What AWS is asked while planning, answered by the provider's stand-in.
CONFIGURED = InfrastructureConfig(
    folder=".",
    state="acme-state",
    artifacts="acme-artifacts",
    storage=MachinesConfig(type="i4i.2xlarge", count=5, programs=("breakwaterd",)),
    clients=MachinesConfig(type="c7a.xlarge", count=2, programs=("breakwater-fuse",)),
    others={"conduit": MachinesConfig(type="t3.medium"), "jepsen": MachinesConfig(type="c7a.xlarge")},
)
NUMBERS = ("repository_id=456789", "owner_id=123456")


def missing(message: str) -> None:
    """This function will skip the test loudly; in CI it fails."""
    if os.environ.get("CI") == "true":
        pytest.fail(message)
    pytest.skip(message)


def written(folder: Path, configured: InfrastructureConfig = CONFIGURED) -> Path:
    """This function will write the files into a folder, with a state that stays there."""
    for file in terraform_files(configured, Owner(repository="acme/breakwater")):
        path = folder / file.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(file.content)
    for root in (folder, folder / "orchestrator"):
        (root / "backend_override.tf").write_text('terraform {\n  backend "local" {}\n}\n')
    return folder


@functools.cache
def _attached(moto: str, account: str) -> str:
    """One provider for all tests of a worker, and one for each moto, in the words by which Terraform is told of it.

    https://developer.hashicorp.com/terraform/plugin/debugging
    """
    if not (_MADE / "made-of").exists():
        missing("no schema of Terraform's AWS provider: run scripts/setup_terraform_schema.sh")
    folder = tempfile.mkdtemp()
    socket = f"{folder}/provider.sock"
    process = subprocess.Popen(
        [
            _MADE / "environment/bin/python",
            ROOT / "tests/support/terraform_offline/provider.py",
            _MADE / "schema.json",
            socket,
        ],
        env=os.environ | ({"STUB_MOTO": moto, "STUB_ACCOUNT": account} if moto else {}),
        stdin=subprocess.PIPE,  # never written: the process ends with ours, however ours ends
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    atexit.register(_end, process, folder)
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n", "the provider did not start"
    address = {"Network": "unix", "String": socket}
    told = {"Protocol": "grpc", "ProtocolVersion": 6, "Pid": process.pid, "Test": True, "Addr": address}
    return json.dumps({"registry.terraform.io/hashicorp/aws": told})


def _end(process: subprocess.Popen[str], folder: str) -> None:
    process.kill()
    process.communicate()
    shutil.rmtree(folder)


def terraform(
    folder: Path, *arguments: str, moto: str = "", account: str = ""
) -> subprocess.CompletedProcess[str]:
    """This function will run Terraform in a folder, offline; given a moto, instances are made and ended there."""
    attached = _attached(moto, account)
    return subprocess.run(
        [*terraform_command(), *arguments],
        cwd=folder,
        env={
            **os.environ,
            "TF_CLI_CONFIG_FILE": str(_MADE / "terraform.rc"),
            "TF_REATTACH_PROVIDERS": attached,
            "TF_IN_AUTOMATION": "1",
            "CHECKPOINT_DISABLE": "1",
        },
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def ready(folder: Path) -> Path:
    """This function will initialise a folder."""
    done = terraform(folder, "init", "-input=false", "-no-color")
    assert done.returncode == 0, done.stderr
    return folder


def applied(folder: Path, *variables: str) -> list[dict[str, Any]]:
    """This function will apply, and return what there is then, in the form of a plan's changes.

    What AWS alone decides is invented by the provider's stand-in; a plan would not know it.
    """
    given = [f"-var={one}" for one in variables]
    done = terraform(folder, "apply", "-input=false", "-no-color", "-auto-approve", *given)
    assert done.returncode == 0, done.stderr
    shown = terraform(folder, "show", "-json")
    there = json.loads(shown.stdout)["values"]["root_module"]["resources"]
    return [one | {"change": {"after": one["values"]}} for one in there]


def planned(folder: Path, *variables: str, file: str = "") -> list[dict[str, Any]]:
    """This function will plan, and return the changes as `terraform show -json` tells them."""
    given = [f"-var-file={file}"] if file else []
    given += [f"-var={one}" for one in variables]
    done = terraform(folder, "plan", "-input=false", "-no-color", "-lock=false", "-out=test.tfplan", *given)
    assert done.returncode == 0, done.stderr
    shown = terraform(folder, "show", "-json", "test.tfplan")
    changes: list[dict[str, Any]] = json.loads(shown.stdout)["resource_changes"]
    return changes
