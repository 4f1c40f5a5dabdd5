"""A small Terraform root with the variables and the backend of the pack's, of which nothing is in any cloud."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from tests.support.terraform import terraform_command

if TYPE_CHECKING:
    from pathlib import Path

MAIN = """\
terraform {
  required_version = ">= 1.10"
  backend "s3" {
    encrypt      = true
    use_lockfile = true
  }
}

variable "environment" {
  type = string
}

variable "storage_nodes" {
  type = number
}

resource "terraform_data" "storage" {
  count = var.storage_nodes
  input = "${var.environment} ${count.index}"
}
"""
# moto knows neither addresses by bucket nor who asks.
_INIT = (
    "use_path_style",
    "skip_credentials_validation",
    "skip_metadata_api_check",
    "skip_region_validation",
    "skip_requesting_account_id",
    "skip_s3_checksum",
)
SETTINGS = {
    "TF_CLI_ARGS_init": " ".join(f"-backend-config={name}=true" for name in _INIT),
    "TF_CLI_CONFIG_FILE": os.devnull,
    "TF_IN_AUTOMATION": "1",
    "CHECKPOINT_DISABLE": "1",
}


def files(folder: str = ".") -> dict[str, bytes]:
    """This function will name the files of the root, with their content."""
    environments = {
        f"environments/{name}.tfvars": f"storage_nodes = {count}\n"
        for name, count in (("production", 2), ("staging", 1), ("test", 3))
    }
    prefix = "" if folder == "." else f"{folder}/"
    return {f"{prefix}{path}": text.encode() for path, text in {"main.tf": MAIN, **environments}.items()}


def lay_out(folder: Path) -> Path:
    """This function will write the root into a folder."""
    for path, content in files().items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)
    return folder


def program_folder(folder: Path) -> Path:
    """This function will make a folder in which the program `terraform` is, wherever it comes from."""
    command = terraform_command()
    program = folder / "terraform-program" / "terraform"
    program.parent.mkdir(exist_ok=True)
    words = " ".join(f"'{word}'" for word in command)
    program.write_text(f'#!/bin/sh\nexec {words} "$@"\n')
    program.chmod(0o755)
    return program.parent
