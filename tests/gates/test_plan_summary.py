"""Plans as the artifacts of planning runs tell them, whole and broken."""

from __future__ import annotations

import io
import json
import warnings
import zipfile
from typing import Any

import pytest

from bot.commands.model import Reason
from bot.gates.model import PlannedChange, PlanSummary
from bot.gates.plan_summary import (
    MOST_BYTES,
    MOST_RESOURCES,
    PlanProblem,
    digest_from,
    missing_plan,
    plan_from,
    too_large,
)

DIGEST = "ab" * 32
PLAN: dict[str, Any] = {
    "version": 1,
    "sha256": DIGEST,
    "adds": 1,
    "changes": 1,
    "destroys": 2,
    "monthly_cost": "+$12.30",
    "resources": [
        {"address": "aws_x.y", "action": "create"},
        {"address": "aws_x.z", "action": "update"},
        {"address": 'aws_x.old["a"]', "action": "delete"},
    ],
}


def zipped(*files: tuple[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        warnings.simplefilter("ignore")  # a name that comes twice
        for name, content in files:
            archive.writestr(name, content)
    return packed.getvalue()


def artifact(**changes: Any) -> bytes:
    return zipped(("summary.json", json.dumps(PLAN | changes).encode()))


def problem(content: bytes) -> str:
    found = plan_from(content, "pilothouse-plan")
    assert isinstance(found, PlanProblem)
    assert found.reason is Reason.PLAN_FAILED
    assert found.text.startswith("The artifact `pilothouse-plan` of the planning run cannot be read: ")
    assert found.text.endswith("Whoever keeps the workflow can put it right.")
    return found.text


def test_a_plan_is_read() -> None:
    found = plan_from(artifact(), "pilothouse-plan", run_url="https://github.com/run")
    assert found == PlanSummary(
        digest=DIGEST,
        adds=1,
        changes=1,
        destroys=2,
        monthly_cost="+$12.30",
        resources=(
            PlannedChange(address="aws_x.y", action="create"),
            PlannedChange(address="aws_x.z", action="update"),
            PlannedChange(address='aws_x.old["a"]', action="delete"),
        ),
        run_url="https://github.com/run",
    )


def test_only_the_counts_and_the_digest_are_needed() -> None:
    least = {key: PLAN[key] for key in ("version", "sha256", "adds", "changes", "destroys")}
    content = zipped(("tfplan", b"secret"), ("summary.json", json.dumps(least | {"tool": "x"}).encode()))
    found = plan_from(content, "p")
    assert isinstance(found, PlanSummary)
    assert (found.monthly_cost, found.resources) == ("", ())


def test_a_summary_that_was_uploaded_as_it_is_is_read() -> None:
    found = plan_from(json.dumps(PLAN).encode(), "p")
    assert isinstance(found, PlanSummary)


def test_a_digest_is_the_same_in_upper_and_lower_case() -> None:
    found = plan_from(artifact(sha256="AB" * 32, monthly_cost=" +$1\n\n"), "p")
    assert isinstance(found, PlanSummary)
    assert (found.digest, found.monthly_cost) == (DIGEST, "+$1")


def test_of_many_changes_the_first_are_kept() -> None:
    many = [{"address": f"x.{count}", "action": "create"} for count in range(500)]
    found = plan_from(artifact(adds=500, resources=many, destroys=0, changes=0), "p")
    assert isinstance(found, PlanSummary)
    assert len(found.resources) == MOST_RESOURCES


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"version": 2}, "version"),
        ({"sha256": "ab"}, "sha256"),
        ({"sha256": DIGEST + "\n"}, "sha256"),
        ({"sha256": None}, "sha256"),
        ({"adds": -1}, "adds"),
        ({"adds": "1"}, "adds"),
        ({"destroys": 10**9}, "destroys"),
        ({"monthly_cost": "x" * 61}, "monthly\\_cost"),
        ({"resources": [{"address": "", "action": "create"}]}, "address"),
        ({"resources": [{"address": "a", "action": "<b>explode</b>"}]}, "action"),
        ({"resources": {}}, "resources"),
        ({"adds": 0}, "it says 0 adds and lists 1"),
        ({"changes": 0}, "it says 0 changes and lists 1"),
        ({"destroys": 0}, "it says 0 destroys and lists 1"),
        (
            {"adds": 1, "resources": [{"address": str(one), "action": "replace"} for one in "ab"]},
            "it says 1 adds and lists 2",
        ),
    ],
)
def test_a_summary_of_another_form_is_refused_by_its_key(changes: dict[str, Any], said: str) -> None:
    """Counts below what is listed would make people approve less than what happens."""
    assert said in problem(artifact(**changes))


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"PK",
        b"PK\x03\x04 cut off",
        artifact()[:-30],
        b"not json",
        b"\xff\xfe",
        b"[" * 100_000,
        zipped(("summary.json", b"")),
        zipped(("deep/summary.json", json.dumps(PLAN).encode())),
        zipped(),
    ],
)
def test_what_is_broken_is_no_plan(content: bytes) -> None:
    problem(content)


def test_two_summaries_in_one_archive_are_refused() -> None:
    """Which one a reader takes depends on the reader: people would approve the one and apply the other."""
    good = json.dumps(PLAN).encode()
    content = zipped(("summary.json", good), ("summary.json", good.replace(b"ab", b"cd")))
    assert "more than once" in problem(content)


def test_a_bomb_is_read_no_further_than_its_limit() -> None:
    assert "larger than 1 MB" in problem(zipped(("summary.json", b" " * (100 * MOST_BYTES))))
    assert "larger than 1 MB" in problem(b" " * (MOST_BYTES + 1))


def test_hostile_words_do_not_render() -> None:
    text = problem(zipped(("summary.json", b'{"version": "<img src=x> @ops"}')))
    assert "<img" not in text
    found = missing_plan("`<b>`")
    assert "<b>" not in found.text.replace("`` `<b>` ``", "")


def test_a_missing_and_an_oversized_artifact_say_who_can_help() -> None:
    assert missing_plan("pilothouse-plan") == PlanProblem(
        reason=Reason.PLAN_MISSING,
        text="The planning run left no artifact `pilothouse-plan`, so nobody can approve what it would do. "
        "Whoever keeps the workflow can upload `summary.json` under that name.",
    )
    assert "larger than 8 MB" in too_large("pilothouse-plan").text


@pytest.mark.parametrize(
    ("content", "digest"),
    [
        ({"version": 1, "digest": f"sha256:{DIGEST}"}, f"sha256:{DIGEST}"),
        ({"version": 1, "digest": f"sha512:{DIGEST}"}, ""),
        ({"version": 1, "digest": f"sha256:{DIGEST}\n"}, ""),
        ({"digest": f"sha256:{DIGEST}"}, ""),
        ([], ""),
    ],
)
def test_the_digest_of_what_was_pushed_is_read_where_it_is_told(content: object, digest: str) -> None:
    assert digest_from(zipped(("summary.json", json.dumps(content).encode()))) == digest
    assert digest_from(b"PK") == ""
