"""The pack's Terraform files, written and initialised once for all tests of a process."""

from __future__ import annotations

from typing import TYPE_CHECKING

import boto3
import pytest

from tests.support.aws import CREDENTIALS
from tests.support.cloud.process import address, empty
from tests.support.machines import PLAIN, Machine, Metadata, first_start
from tests.support.offline_terraform import NUMBERS, applied, planned, ready, written

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from typing import Any


@pytest.fixture(scope="session")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the files as a repository gets them."""
    return written(tmp_path_factory.mktemp("terraform"))


@pytest.fixture(scope="session")
def cluster(files: Path) -> list[dict[str, Any]]:
    """What a plan of the test cluster would change."""
    return planned(ready(files), "environment=test", file="environments/test.tfvars")


@pytest.fixture(scope="session")
def account(files: Path) -> list[dict[str, Any]]:
    """What there is in the account once it is applied."""
    return applied(
        ready(files / "bootstrap"),
        *NUMBERS,
        "bot_principal=arn:aws:iam::123456789012:role/process",
        'agent_instances=["i-0123456789abcdef0","i-0123456789abcdef1"]',
        'protected_instances=["i-0aaaaaaaaaaaaaaaa"]',
        'regions=["us-east-1","eu-central-1"]',
        'images=["breakwater"]',
    )


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[Machine]:
    """A machine of the test cluster on which nothing has run yet."""
    empty()
    s3 = boto3.client(
        "s3",
        endpoint_url=address(),
        region_name="us-east-1",
        aws_access_key_id=CREDENTIALS["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=CREDENTIALS["AWS_SECRET_ACCESS_KEY"],
    )
    s3.create_bucket(Bucket="acme-artifacts")
    with Metadata() as metadata:
        yield Machine(folder=tmp_path, metadata=metadata, s3=s3, bucket="acme-artifacts")


@pytest.fixture(scope="session")
def script(cluster: list[dict[str, Any]]) -> str:
    """The first-start script of a storage node, as Terraform hands it to EC2."""
    (found,) = [one["change"]["after"] for one in cluster if one["address"] == "aws_instance.storage[0]"]
    return first_start(found["user_data_base64"])


@pytest.fixture
def started(machine: Machine, script: str) -> Machine:
    """A machine after its first start."""
    machine.start(script, programs={"breakwaterd": PLAIN | {"health": f"{machine.metadata.address}/healthz"}})
    return machine
