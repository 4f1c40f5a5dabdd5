"""What a scanner for unsafe Terraform finds in the pack's files is known, and each has its reason."""

from __future__ import annotations

import json
import os
import subprocess
from typing import TYPE_CHECKING, Any

import pytest

from tests.support.offline_terraform import ROOT, missing

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.no_cover

_CHECKOV = ROOT / ".venv" / "checkov"
# What the pack does otherwise, and why. The list is held in both directions: what is mended leaves it.
ALLOWED = {
    "CKV2_AWS_11": "Flow logs are paid for by traffic, and a storage cluster is all traffic; who needs them adds them.",
    "CKV2_AWS_12": "The default group of a network bears no tags as it is made, so no role that is limited by tags may "
    "empty it; every machine names a group of its own.",
    "CKV2_AWS_62": "Nobody waits for events of the buckets: machines ask for the release.",
    "CKV_AWS_126": "Detailed monitoring costs 2 dollars a machine and month; machines tell how they are by themselves.",
    "CKV_AWS_144": "Programs can be built again, and of the state each version is kept; a second region is a choice.",
    "CKV_AWS_18": "Who read a bucket is told by CloudTrail's data events, which belong to the account, not to a pack.",
    "CKV_AWS_290": "Only of Systems Manager's agent, whose actions take no resource.",
    "CKV_AWS_355": "Only of Systems Manager's agent, whose actions take no resource.",
}
WIDE = {"aws_iam_policy.boundary", "aws_iam_role_policy.reached"}  # where the last two may be found


@pytest.fixture(scope="module")
def report(files: Path) -> dict[str, Any]:
    """What the scanner says of the files as a repository gets them."""
    if not (_CHECKOV / "made-of").exists():
        missing("no checkov: run scripts/setup_checkov.sh")
    done = subprocess.run(
        [_CHECKOV / "bin" / "checkov", "-d", files, "--framework", "terraform", "-o", "json", "--compact"],
        env=os.environ
        | {"HTTPS_PROXY": "http://127.0.0.1:9", "LOG_LEVEL": "CRITICAL"},  # it asks home for advice
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    read: dict[str, Any] = json.loads(done.stdout)
    return read


def test_what_it_finds_is_what_is_explained(report: dict[str, Any]) -> None:
    """A new finding is mended or explained; an explanation whose finding is gone goes too."""
    found = {one["check_id"]: one["resource"] for one in report["results"]["failed_checks"]}

    assert found.keys() == ALLOWED.keys(), found


def test_it_read_every_file(report: dict[str, Any]) -> None:
    assert report["summary"]["parsing_errors"] == 0
    assert report["summary"]["passed"] > 200


def test_wide_permissions_are_those_of_systems_manager_alone(report: dict[str, Any]) -> None:
    wide = {
        one["resource"]
        for one in report["results"]["failed_checks"]
        if one["check_id"] in {"CKV_AWS_290", "CKV_AWS_355"}
    }

    assert wide == WIDE
