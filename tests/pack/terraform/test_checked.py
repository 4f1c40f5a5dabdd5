"""Terraform takes the pack's files: schema-checked, which is not AWS-checked."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.offline_terraform import ROOT, ready, terraform

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.no_cover

TEMPLATES = ROOT / "bot" / "templates" / "terraform"
FOLDERS = {".": 18, "bootstrap": 6, "orchestrator": 1}  # by folder, how many of the pack's own cases it has


def test_the_files_are_formatted(files: Path) -> None:
    """What `terraform fmt` would change stands in every later difference."""
    done = terraform(files, "fmt", "-check", "-recursive", "-diff", "-no-color")

    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("folder", FOLDERS)
def test_every_argument_is_one_that_the_provider_knows(files: Path, folder: str) -> None:
    ready(files / folder)

    done = terraform(files / folder, "validate", "-no-color")

    assert done.returncode == 0, done.stdout + done.stderr
    assert "Warning" not in done.stdout


@pytest.mark.parametrize(("folder", "cases"), FOLDERS.items())
def test_the_packs_own_cases_hold(files: Path, folder: str, cases: int) -> None:
    """They go with the files: size, spot off, wrong environment, protection, tags, ingress, encryption, budgets."""
    ready(files / folder)

    done = terraform(files / folder, "test", "-no-color")

    assert done.returncode == 0, done.stdout + done.stderr
    assert f"{cases} passed, 0 failed" in done.stdout


def test_an_argument_that_does_not_exist_is_found(tmp_path: Path) -> None:
    """Without this, nobody would notice that the provider's stand-in takes everything."""
    (tmp_path / "main.tf").write_text('resource "aws_vpc" "this" {\n  cidr_blok = "10.0.0.0/16"\n}\n')
    ready(tmp_path)

    done = terraform(tmp_path, "validate", "-no-color")

    assert 'An argument named "cidr_blok" is not expected here' in done.stderr


def test_every_variable_and_output_says_what_it_is() -> None:
    for file in TEMPLATES.rglob("*.tf"):
        for block in file.read_text("utf-8").split("\n\n"):
            if block.startswith(("variable ", "output ")):
                assert "description = " in block or "description =" in block, f"{file.name}: {block}"
