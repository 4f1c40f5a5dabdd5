"""Accounts of AWS before moto, and the command `aws` for them: the real one, and one that answers in no time."""

from __future__ import annotations

import json
import os
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.support.aws import CREDENTIALS
from tests.support.aws_commands import Commands, client_of
from tests.support.cloud import process

if TYPE_CHECKING:
    from collections.abc import Mapping

_OWN = Path(__file__).parents[2] / ".venv" / "awscli" / "bin"
REGION = "us-east-1"
_PROGRAM = """\
import json, os, sys, urllib.request
told = json.dumps({"arguments": sys.argv[1:], "folder": os.getcwd(), "region": os.environ.get("AWS_REGION", "")})
with urllib.request.urlopen(ADDRESS, told.encode()) as answer:
    code, out, error = json.load(answer)
sys.stdout.write(out)
sys.stderr.write(error)
sys.exit(code)
"""


def folder_of_cli() -> Path:
    """This function will find the real AWS CLI, or skip the test loudly; in CI it fails."""
    if (_OWN / "aws").exists():
        return _OWN
    if found := shutil.which("aws"):
        return Path(found).parent
    message = "no AWS CLI on this machine: install it, or run scripts/setup_awscli.sh"
    if os.environ.get("CI") == "true":
        pytest.fail(message)
    pytest.skip(message)


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """An AWS account for one test."""

    address: str
    s3: Any  # boto3 has no types here
    ec2: Any
    commands: Commands
    program: Path  # the folder of the quick `aws`

    def objects(self, bucket: str) -> dict[str, bytes]:
        """This function will read everything that a bucket holds."""
        listed = self.s3.list_objects_v2(Bucket=bucket).get("Contents", ())
        return {
            one["Key"]: self.s3.get_object(Bucket=bucket, Key=one["Key"])["Body"].read() for one in listed
        }

    def put(self, bucket: str, key: str, told: Mapping[str, Any]) -> None:
        """This function will write an object of JSON."""
        self.s3.put_object(Bucket=bucket, Key=key, Body=json.dumps(told).encode())

    def machines(self, environment: str, count: int) -> list[str]:
        """This function will start machines of an environment."""
        tags = [{"Key": "pilothouse:environment", "Value": environment}]
        made = self.ec2.run_instances(
            ImageId="ami-12c6146b",
            MinCount=count,
            MaxCount=count,
            TagSpecifications=[{"ResourceType": "instance", "Tags": tags}],
        )
        return [one["InstanceId"] for one in made["Instances"]]

    def environment(self, *, is_real: bool = False) -> dict[str, str]:
        """This function will tell a program where AWS is, and which `aws` it finds."""
        cli = folder_of_cli() if is_real else self.program
        return {
            **CREDENTIALS,
            "AWS_ENDPOINT_URL": self.address,
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
            "PATH": f"{cli}{os.pathsep}{os.environ['PATH']}",
        }


def account(folder: Path, *buckets: str) -> Account:
    """This function will make an account that holds nothing but empty buckets."""
    address = process.address()
    process.empty()
    commands = Commands(address)
    program = folder / "aws-cli" / "aws"
    program.parent.mkdir()
    program.write_text(f"#!{sys.executable} -IS\nADDRESS = {commands.address!r}\n{_PROGRAM}")
    program.chmod(0o755)
    s3, ec2 = (client_of(name, address, REGION) for name in ("s3", "ec2"))
    for bucket in buckets:
        s3.create_bucket(Bucket=bucket)
    return Account(address=address, s3=s3, ec2=ec2, commands=commands, program=program.parent)
