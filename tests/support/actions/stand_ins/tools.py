"""Stands in for the actions that install toolchains: what they would bring must be on the machine."""

from __future__ import annotations

import re
import shutil
from typing import TYPE_CHECKING

from tests.support.actions.stand_in import ActionFailed, Call, StandIn

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_TOOL = re.compile(r"([a-z0-9][a-z0-9-]*)@(\d+\.\d+\.\d+)")


def _program(call: Call, name: str) -> str:
    found = shutil.which(name, path=call.env["PATH"])
    if found is None:
        raise ActionFailed(f"Unable to locate executable file: {name}")
    return found


def _from_file(call: Call, name: str) -> None:
    file = call.inputs[f"{name}-version-file"]
    if file and not call.path(file).is_file():
        raise ActionFailed(f"The specified {name} version file at: {call.path(file)} does not exist.")


def _setup(name: str, program: str) -> Callable[[Call], Mapping[str, str]]:
    def run(call: Call) -> Mapping[str, str]:
        _from_file(call, name)
        call.say(f"Found in cache @ {_program(call, program)}")
        return {f"{name}-version": call.inputs[f"{name}-version"]}

    return run


def _install_tools(call: Call) -> Mapping[str, str]:
    for tool in re.split(r"[\s,]+", call.inputs["tool"].strip()):
        found = _TOOL.fullmatch(tool)
        if found is None:
            raise ActionFailed(f"install-action: '{tool}' names no exact version")
        name = found[1] if found[1].startswith("cargo-") else f"cargo-{found[1]}"
        if shutil.which(name, path=call.env["PATH"]) is None:
            raise ActionFailed(f"install-action does not support {found[1]}")
        call.say(f"info: {found[1]} installed at {found[2]}")
    return {}


def _install_uv(call: Call) -> Mapping[str, str]:
    call.say("Successfully installed uv")
    return {"uv-path": _program(call, "uv")}


def _install_pnpm(call: Call) -> Mapping[str, str]:
    if not call.inputs["version"] and not call.path(call.inputs["package_json_file"]).is_file():
        raise ActionFailed("No pnpm version is specified.")
    _program(call, "pnpm")
    return {}


def _install_terraform(call: Call) -> Mapping[str, str]:
    if call.inputs["terraform_version"] == "latest" and not call.inputs["terraform_version_file"]:
        raise ActionFailed("setup-terraform: the version of Terraform must be pinned")
    _program(call, "terraform")
    return {}


SETUP_PYTHON = StandIn(run=_setup("python", "python3"))
SETUP_NODE = StandIn(run=_setup("node", "node"))
SETUP_GO = StandIn(run=_setup("go", "go"))
INSTALL_TOOLS = StandIn(run=_install_tools)
SETUP_UV = StandIn(run=_install_uv)
SETUP_PNPM = StandIn(run=_install_pnpm)
SETUP_TERRAFORM = StandIn(run=_install_terraform)
