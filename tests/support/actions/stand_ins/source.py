"""Stands in for actions/checkout."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

from tests.support.actions.stand_in import ActionFailed, Call, StandIn

if TYPE_CHECKING:
    from collections.abc import Mapping


def _check_out(call: Call) -> Mapping[str, str]:
    begun, inputs = call.job.begun, call.inputs
    if inputs["repository"] != begun.trigger.full_name:
        raise ActionFailed(f"fatal: repository 'https://github.com/{inputs['repository']}/' not found")
    wanted = inputs["ref"] or begun.trigger.sha
    folder = call.path(inputs["path"])
    folder.mkdir(parents=True, exist_ok=True)
    if (folder / ".git").exists():  # of an earlier step: as the action does, it is cleaned and used again
        _git("-C", str(folder), "clean", "-ffdx", "--quiet")
        _git("-C", str(folder), "reset", "--hard", "--quiet")
    else:
        _git("clone", "--quiet", "--no-checkout", str(begun.workspace.repository), str(folder))
    if inputs["sparse-checkout"]:
        _git("-C", str(folder), "sparse-checkout", "set", *inputs["sparse-checkout"].split())
    commit = _commit(folder, wanted)
    branch = begun.trigger.ref.removeprefix("refs/heads/")
    is_branch = not inputs["ref"] and branch != begun.trigger.ref
    name = ("-B", branch) if is_branch else ("--detach",)
    _git("-C", str(folder), "checkout", "--quiet", *name, commit)
    call.say(f"Syncing repository: {inputs['repository']}")
    call.say(f"HEAD is now at {commit[:7]}")
    return {"ref": inputs["ref"] or begun.trigger.ref, "commit": commit}


def _commit(folder: object, wanted: str) -> str:
    for name in (wanted, f"origin/{wanted.removeprefix('refs/heads/')}"):
        done = subprocess.run(
            ["git", "-C", str(folder), "rev-parse", "--verify", "--quiet", f"{name}^{{commit}}"],
            check=False,
            capture_output=True,
            text=True,
        )
        if done.returncode == 0:
            return done.stdout.strip()
    raise ActionFailed(f"A branch or tag with the name '{wanted}' could not be found")


def _git(*words: str) -> None:
    done = subprocess.run(["git", *words], check=False, capture_output=True, text=True)
    if done.returncode != 0:
        raise ActionFailed(
            f"The process '/usr/bin/git' failed with exit code {done.returncode}: {done.stderr}"
        )


def _clean_up(call: Call) -> None:
    call.say("Cleaning up")


CHECKOUT = StandIn(run=_check_out, post=_clean_up, permissions={"contents": "read"})
