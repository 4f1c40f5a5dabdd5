"""The rules that every workflow of the pack keeps."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING, Any

import pytest

from tests.support.packs import PIPELINES, pack_of, read_yaml, workflows_of

if TYPE_CHECKING:
    from collections.abc import Iterator

_TAKES_A_ROLE = {"id-token": "write"}  # at AWS, which trusts the job by what GitHub says of it
_SIGNS = {**_TAKES_A_ROLE, "attestations": "write"}
# Whose grants are more than reading what is checked out, and what for.
_GRANTS = {
    ("autofix.yml", "propose"): {"contents": "write", "pull-requests": "write"},  # a branch, its pull request
    ("pilothouse-alarm.yml", "listen"): {"issues": "write"},  # the issue of the alarm
    ("release.yml", "create-release"): {"contents": "write", **_SIGNS},  # the files of the draft
    ("release.yml", "docker-build"): {"contents": "read", "packages": "write", **_SIGNS},  # the images
    ("deploy-prod.yml", "ci-build"): {"contents": "read"},  # what it calls reads the code
    ("deploy-prod.yml", "tests-all"): {"contents": "read"},
    ("deploy-prod.yml", "terraform-plan"): {"contents": "read", **_TAKES_A_ROLE},
    ("deploy-prod.yml", "terraform-apply"): {"contents": "read", **_TAKES_A_ROLE},
    # What the planning run has built.
    ("deploy-prod.yml", "deploy-binaries"): {"contents": "read", "actions": "read", **_TAKES_A_ROLE},
    ("deploy-prod.yml", "verify-deployment"): {"contents": "read", **_TAKES_A_ROLE},
    ("teardown.yml", "teardown"): {"contents": "read", **_TAKES_A_ROLE},
    ("cluster.yml", "cluster"): {"contents": "read", **_TAKES_A_ROLE},
}
_PINNED = re.compile(r"uses: ([\w./-]+)@([0-9a-f]{40})  # (v\d+(?:\.\d+)*)$")
_EXPRESSION = re.compile(r"\$\{\{")
_PUSHED = ("ci-build.yml", "tests-all.yml", "integration-tests.yml")


def _all() -> Iterator[tuple[str, str, dict[str, Any]]]:
    for name in PIPELINES:
        for file, workflow in workflows_of(pack_of(name)).items():
            yield name, file, workflow


def _jobs() -> Iterator[tuple[str, str, dict[str, Any]]]:
    for _, file, workflow in _all():
        for name, job in workflow["jobs"].items():
            yield file, name, job


def test_each_job_may_do_what_it_needs() -> None:
    """A workflow is granted nothing, a job what its table says: to read the code, nothing where it needs none."""
    for _, _, workflow in _all():
        assert workflow["permissions"] == {}
    for file, name, job in _jobs():
        uses = " ".join(step.get("uses", "") for step in job.get("steps", ()))
        # The actions of the repository itself are of it, too: a private one is read with the job's token.
        least = {"contents": "read"} if "actions/checkout" in uses or "$/" in uses else {}
        assert job["permissions"] == _GRANTS.get((file, name), least), (file, name)


def test_every_job_ends_and_says_where_it_runs() -> None:
    """No job runs for six hours, on a machine that changes under it."""
    for file, name, job in _jobs():
        if "uses" in job:
            continue  # what it calls keeps these rules
        assert job["timeout-minutes"], (file, name)
        assert job["runs-on"] == "ubuntu-24.04", (file, name)


def test_no_run_step_holds_an_expression() -> None:
    """What others may write reaches a shell through its environment only."""
    for name in PIPELINES:
        for path, text in pack_of(name).items():
            if path.endswith(".yml"):
                for step in _steps(read_yaml(text)):
                    run = step.get("run", "").replace("${{ '${{' }}", "")  # the two signs themselves
                    assert not _EXPRESSION.search(run), (name, path)
                    assert "shell" in step or "run" not in step or "/workflows/" in path, (path, step)


def _steps(document: dict[str, Any]) -> Iterator[dict[str, Any]]:
    if "runs" in document:
        yield from document["runs"]["steps"]
    for job in document.get("jobs", {}).values():
        yield from job.get("steps", ())


def test_bash_stops_at_the_first_command_that_fails() -> None:
    """GitHub's default shell lets a pipe fail unseen; `bash` by name does not."""
    for _, file, workflow in _all():
        runs = [step for step in _steps(workflow) if "run" in step and step.get("shell") != "python"]
        assert not runs or workflow["defaults"] == {"run": {"shell": "bash"}}, file


def test_every_action_is_pinned_once() -> None:
    """Each action is one commit wherever it is used, with its version beside it."""
    commits: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for name in PIPELINES:
        for path, text in pack_of(name).items():
            if not path.endswith(".yml"):
                continue
            for line in text.decode().splitlines():
                used = line.strip().removeprefix("- ")
                if used.startswith("uses: ") and not used.startswith("uses: $/"):
                    found = _PINNED.fullmatch(used)
                    assert found, (path, line)
                    commits["/".join(found[1].split("/")[:2])].add((found[2], found[3]))
    assert {action: len(pins) for action, pins in commits.items()} == dict.fromkeys(commits, 1)


def test_no_checkout_leaves_a_token_behind() -> None:
    """Code of a pull request finds no credentials in the folder it runs in."""
    for file, name, job in _jobs():
        for step in job.get("steps", ()):
            if "actions/checkout" in step.get("uses", ""):
                assert step["with"]["persist-credentials"] is False, (file, name)


def test_what_a_workflow_uses_is_there() -> None:
    """Every action of the repository itself that is used comes with the pack, with its programs."""
    for name in PIPELINES:
        pack = pack_of(name)
        for text in pack.values():
            for action in re.findall(rb"uses: \$/(\S+)", text):
                used = action.decode()
                assert used in pack or f"{used}/action.yml" in pack, (name, used)
            for program in re.findall(rb"action_path \}\}/([\w.-]+)", text):
                assert any(path.endswith(f"/{program.decode()}") for path in pack), (name, program)


def test_only_a_newer_push_to_a_pull_request_ends_a_run() -> None:
    """A run of the default branch, of a dispatch or of a caller has a group of its own."""
    for _, file, workflow in _all():
        if file in _PUSHED:
            group = workflow["concurrency"]["group"]
            assert group.endswith(
                "-${{ github.event_name == 'pull_request' && github.ref || github.run_id }}"
            )
            assert workflow["concurrency"]["cancel-in-progress"] is True
        else:
            assert workflow["concurrency"]["cancel-in-progress"] is False, file


def test_only_the_default_branch_itself_fills_caches_and_baselines() -> None:
    """A deployment runs at the default branch with another commit: what that leaves is taken by nobody else.

    https://github.com/astral-sh/setup-uv/issues/984 is what a cache that others can fill led to.
    """
    for file, name, job in _jobs():
        for step in job.get("steps", ()):
            told = step.get("with", {})
            for key in ("save", "remember"):
                if key in told:
                    assert told[key].startswith("${{ github.ref == 'refs/heads/main' && !inputs.sha"), (
                        file,
                        name,
                    )
            if "programs" in step.get("uses", "") or file == "autofix.yml":
                assert "scope" not in told, (file, name)


@pytest.mark.parametrize("file", _PUSHED)
def test_the_three_that_merges_wait_for_are_called_and_dispatched_alike(file: str) -> None:
    """Each runs at pushes, pull requests and merge groups, and at a commit that somebody names."""
    workflow = workflows_of(pack_of("crates"))[file]
    begun = workflow["on"]
    assert {"push", "pull_request", "merge_group", "workflow_dispatch", "workflow_call"} <= set(begun)
    assert begun["push"] == {"branches": ["main"]}
    assert "pull_request_target" not in begun
    assert ("schedule" in begun) == (file == "tests-all.yml")
    assert begun["workflow_call"]["inputs"]["sha"]["required"] is True
    assert ("suite" in begun["workflow_dispatch"]["inputs"]) == (file != "ci-build.yml")
    *others, last = workflow["jobs"]
    assert last == file.removesuffix(".yml")
    end = workflow["jobs"][last]
    assert end["if"] == "always()"
    assert [end["needs"]] == others if isinstance(end["needs"], str) else end["needs"] == others
