"""The runner of the tests itself: it does what GitHub's does, by GitHub's documentation and its own packages."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.actions.model import (
    CANCELLED,
    FAILURE,
    SKIPPED,
    SUCCESS,
    RunResult,
    Trigger,
    WorkflowRefused,
    Workspace,
)
from tests.support.actions.repository import repository_of
from tests.support.actions.running import run_workflow

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

HEAD = "on: push\npermissions: {contents: read}\njobs:\n"
CALLED = """\
on:
  workflow_call:
    inputs: {keel: {type: string, required: true}}
    outputs: {hull: {value: "${{ jobs.lay.outputs.hull }}"}}
permissions: {}
concurrency: {group: "${{ github.workflow }}", cancel-in-progress: true}
jobs:
  lay:
    runs-on: ubuntu-24.04
    permissions: {contents: read}
    outputs: {hull: "${{ inputs.keel }}"}
    steps: [{run: "echo of ${{ inputs.keel }}"}]
"""


def played(
    tmp_path: Path, text: str, *, files: Mapping[str, str] | None = None, **variables: str
) -> RunResult:
    told = {".github/workflows/a.yml": text, **(files or {})}
    repository = repository_of(
        tmp_path / "repository", files={path: body.encode() for path, body in told.items()}
    )
    workspace = Workspace(repository=repository, folder=tmp_path / "runner", minute=0.5)
    return run_workflow(workspace, "a.yml", Trigger(variables=variables, secrets={"KEY": "hush-hush"}))


def ends(result: RunResult) -> dict[str, str]:
    return {name: job.conclusion for name, job in result.jobs.items()}


def steps(*lines: str) -> str:
    """One job whose steps are these."""
    return (
        HEAD
        + "  one:\n    runs-on: ubuntu-24.04\n    steps:\n"
        + "".join(f"      - {line}\n" for line in lines)
    )


def test_a_failed_step_skips_all_but_those_that_ask_to_run(tmp_path: Path) -> None:
    result = played(
        tmp_path,
        steps(
            "{run: exit 3, continue-on-error: true}",
            "{run: exit 4, id: bad}",
            "{run: echo usual}",
            "{run: echo cleaning, if: always()}",
            "{run: echo telling, if: \"failure() && steps.bad.outcome == 'failure'\"}",
        ),
    )

    job = result.jobs["one"]
    assert [step.conclusion for step in job.steps] == [SUCCESS, FAILURE, SKIPPED, SUCCESS, SUCCESS]
    assert job.steps[0].outcome == FAILURE
    assert "##[error]Process completed with exit code 4." in job.log.decode()


def test_what_a_step_writes_to_its_files_reaches_the_next(tmp_path: Path) -> None:
    result = played(
        tmp_path,
        steps(
            '{id: a, run: \'printf "x<<E\\n1\\n2\\nE\\n" >> "$GITHUB_OUTPUT"; echo K=v >> "$GITHUB_ENV"\'}',
            "{env: {X: '${{ steps.a.outputs.x }}'}, run: 'echo \"<$X> $K ${{ env.K }}\"'}",
            '{run: \'echo "NODE_OPTIONS=x" >> "$GITHUB_ENV"\'}',
        ),
    )

    log = result.jobs["one"].log.decode()
    assert "<1" in log
    assert "2> v v" in log
    assert "Can't store NODE_OPTIONS output parameter" in log
    assert result.conclusion == FAILURE


def test_secrets_and_masked_values_never_show(tmp_path: Path) -> None:
    result = played(
        tmp_path,
        steps(
            "{env: {K: '${{ secrets.KEY }}'}, run: 'echo \"$K\"; echo \"::add-mask::sea\"; echo deep sea'}",
            "{run: 'echo \"::set-output name=a::b\"'}",
        ),
    )

    log = result.jobs["one"].log.decode()
    assert "hush-hush" not in log
    assert "deep ***" in log
    assert result.jobs["one"].conclusion == FAILURE  # GitHub took that command away


@pytest.mark.parametrize(
    ("shell", "conclusion"), [("", SUCCESS), ("shell: bash, ", FAILURE), ("shell: sh, ", SUCCESS)]
)
def test_only_the_shell_that_is_named_bash_stops_at_a_broken_pipe(
    tmp_path: Path, shell: str, conclusion: str
) -> None:
    """The flags of each shell are those of GitHub's table.

    https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#jobsjob_idstepsshell
    """
    assert played(tmp_path, steps(f"{{{shell}run: 'false | true'}}")).conclusion == conclusion


def test_a_skipped_job_skips_what_needs_it_however_far(tmp_path: Path) -> None:
    """It surprised many: https://github.com/actions/runner/issues/491."""
    job = "    runs-on: ubuntu-24.04\n    steps: [{run: 'true'}]\n"
    result = played(
        tmp_path,
        f"{HEAD}  a:\n    if: vars.GO == 'yes'\n{job}  b:\n    needs: a\n    if: always()\n{job}"
        f"  c:\n    needs: b\n{job}  d:\n    needs: c\n    if: always() && needs.c.result == 'skipped'\n{job}",
        GO="no",
    )

    assert ends(result) == {"a": SKIPPED, "b": SUCCESS, "c": SKIPPED, "d": SUCCESS}


@pytest.mark.parametrize("fail_fast", ["true", "false"])
def test_a_matrix_stops_at_its_first_failure_unless_told_otherwise(tmp_path: Path, fail_fast: str) -> None:
    result = played(
        tmp_path,
        f"{HEAD}  a:\n    name: a (${{{{ matrix.v }}}})\n    runs-on: ubuntu-24.04\n"
        f"    strategy:\n      fail-fast: {fail_fast}\n"
        "      matrix: {v: [1, 2, 3], exclude: [{v: 3}], include: [{v: 4}]}\n"
        "    steps: [{run: '[ ${{ matrix.v }} != 1 ]'}]\n",
    )

    other = CANCELLED if fail_fast == "true" else SUCCESS
    assert ends(result) == {"a (1)": FAILURE, "a (2)": other, "a (4)": other}


def test_a_called_workflow_has_its_inputs_and_gives_its_outputs(tmp_path: Path) -> None:
    text = (
        f"name: caller\n{HEAD}  call:\n    uses: $/.github/workflows/b.yml\n    with: {{keel: oak}}\n"
        "  after:\n    needs: call\n    runs-on: ubuntu-24.04\n"
        "    steps: [{run: 'echo ${{ needs.call.outputs.hull }}!'}]\n"
    )

    result = played(tmp_path, text, files={".github/workflows/b.yml": CALLED})

    assert ends(result) == {"call / lay": SUCCESS, "after": SUCCESS}
    assert "oak!" in result.jobs["after"].log.decode()


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            "permissions: {contents: read}\njobs",
            "permissions: {}\njobs",
            "is requesting {'contents': 'read'}",
        ),
        ("with: {keel: oak}", "with: {mast: oak}", "mast"),
        ("name: caller\n", "name: caller\nconcurrency: caller\n", "deadlock"),
        ("runs-on: ubuntu-24.04", "runs-on: ${{ steps.x }}", "Unrecognized named-value: 'steps'"),
        ("needs: call", "needs: crew", "crew"),
    ],
)
def test_github_would_not_begin_what_is_wrong_in_itself(
    tmp_path: Path, old: str, new: str, message: str
) -> None:
    """A called job that may more than its caller, a group that waits for itself, and what the schema refuses."""
    text = (
        f"name: caller\n{HEAD}  call:\n    uses: ./.github/workflows/b.yml\n    with: {{keel: oak}}\n"
        "  after:\n    needs: call\n    runs-on: ubuntu-24.04\n    steps: [{run: 'true'}]\n"
    )
    assert text.count(old) == 1

    with pytest.raises(WorkflowRefused) as refused:
        played(tmp_path, text.replace(old, new), files={".github/workflows/b.yml": CALLED})

    assert message in str(refused.value)


def test_an_input_that_an_action_does_not_declare_is_no_warning_here(tmp_path: Path) -> None:
    result = played(tmp_path, steps("{uses: actions/checkout@v7, with: {persist-credential: false}}"))

    assert "Unexpected input(s) ['persist-credential']" in result.jobs["one"].log.decode()
    assert result.conclusion == FAILURE


def test_a_token_that_may_not_is_refused(tmp_path: Path) -> None:
    uses = "uses: aws-actions/configure-aws-credentials@v6"
    role = "{role-to-assume: 'arn:aws:iam::123456789012:role/plan', aws-region: us-east-1}"
    result = played(tmp_path, steps(f"{{{uses}, with: {role}}}"))

    assert "Resource not accessible by integration (id-token: write)" in result.jobs["one"].log.decode()
