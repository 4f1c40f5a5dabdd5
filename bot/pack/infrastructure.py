"""Makes the Terraform files of a pipeline: those that are the same for all, and the settings of each environment."""

from __future__ import annotations

import json
from dataclasses import dataclass
from importlib.resources import files
from typing import TYPE_CHECKING

from bot.pack.model import PackFile

if TYPE_CHECKING:
    from collections.abc import Iterator
    from importlib.resources.abc import Traversable

    from bot.config.pipeline import InfrastructureConfig, MachinesConfig

# What the bot itself reads too, by where Terraform reads it.
_SHARED = {
    "bootstrap/policies/agents.json": "templates/iam/agents.json",
    "bootstrap/policies/enforce.json": "templates/iam/enforce.json",
    "bootstrap/policies/never.json": "templates/iam/never.json",
    "bootstrap/policies/read.json": "templates/iam/read.json",
    "bootstrap/policies/trust.json": "templates/iam/trust.json",
    "bootstrap/ssm/as_owner.sh": "supervision/programs/scripts/as_owner.sh",
    "bootstrap/ssm/pilothouse-run.json": "templates/ssm/pilothouse-run.json",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Owner:
    """Whose account it is: the repository, and what it releases there."""

    repository: str
    default_branch: str = "main"
    images: tuple[str, ...] = ()  # which are pushed to ECR


def terraform_files(infrastructure: InfrastructureConfig, owner: Owner) -> tuple[PackFile, ...]:
    """This function will make every file under the folder of Terraform, in the order of their paths."""
    bot = files("bot")
    made = dict(_under(bot / "templates" / "terraform"))
    made |= {path: bot.joinpath(*source.split("/")).read_bytes() for path, source in _SHARED.items()}
    made["bootstrap/terraform.tfvars"] = _account(infrastructure, owner).encode()
    made["orchestrator/terraform.tfvars"] = _orchestrator(infrastructure).encode()
    for environment in dict.fromkeys((*infrastructure.environments, infrastructure.cluster)):
        made[f"environments/{environment}.tfvars"] = _environment(infrastructure, environment).encode()
    prefix = "" if infrastructure.folder == "." else f"{infrastructure.folder}/"
    return tuple(PackFile(path=f"{prefix}{path}", content=made[path]) for path in sorted(made))


def _under(folder: Traversable, inside: str = "") -> Iterator[tuple[str, bytes]]:
    for entry in folder.iterdir():
        if entry.name == "__pycache__":  # installing compiles programs that are only copied
            continue
        if entry.is_dir():
            yield from _under(entry, f"{inside}{entry.name}/")
        else:
            yield f"{inside}{entry.name}", entry.read_bytes()


def _environment(said: InfrastructureConfig, environment: str) -> str:
    """The first settings of an environment; people change them from then on."""
    is_preemptible = environment == said.cluster or environment in said.preemptible
    lines = [
        f"# What {environment} is made of; variables.tf says what each of these means, and which others there are.",
        f"settings_of      = {_hcl(environment)}",
        f"region           = {_hcl(said.region)}",
        f"cluster          = {_hcl(said.cluster if is_preemptible else environment)}",
        f"artifacts_bucket = {_hcl(said.artifacts)}",
        f"spot             = {_hcl(is_preemptible)}",
        f"reap             = {_hcl(is_preemptible)}",
        "",
        f"storage_nodes    = {_hcl(said.storage.count)}",
        f"storage_type     = {_hcl(said.storage.type)}",
        f"storage_programs = {_hcl(said.storage.programs)}",
        f"client_nodes     = {_hcl(said.clients.count)}",
        f"client_type      = {_hcl(said.clients.type)}",
        f"client_programs  = {_hcl(said.clients.programs)}",
        "",
        *_others(said),
    ]
    return "\n".join(lines) + "\n"


def _others(said: InfrastructureConfig) -> Iterator[str]:
    if not said.others:
        yield "other_nodes = {}"
        return
    yield "other_nodes = {"
    width = max(map(len, said.others))
    for name, machines in said.others.items():
        yield f"  {name:{width}} = {_machines(machines)}"
    yield "}"


def _machines(machines: MachinesConfig) -> str:
    parts = f"type = {_hcl(machines.type)}, count = {machines.count}, programs = {_hcl(machines.programs)}"
    return f"{{ {parts} }}"


def _account(said: InfrastructureConfig, owner: Owner) -> str:
    lines = [
        "# What a person applies once for an account; variables.tf says what each of these means.",
        "# Give repository_id and owner_id too: gh api repos/OWNER/NAME --jq '.id, .owner.id'",
        f"repository       = {_hcl(owner.repository)}",
        f"default_branch   = {_hcl(owner.default_branch)}",
        f"region           = {_hcl(said.region)}",
        f"regions          = {_hcl((said.region,))}",
        f"state_bucket     = {_hcl(said.state)}",
        f"artifacts_bucket = {_hcl(said.artifacts)}",
        f"environments     = {_hcl(tuple(dict.fromkeys((*said.environments, said.cluster))))}",
        f"cluster          = {_hcl(said.cluster)}",
        f"images           = {_hcl(owner.images)}",
    ]
    return "\n".join(lines) + "\n"


def _orchestrator(said: InfrastructureConfig) -> str:
    return (
        "# The machine that agents live on; variables.tf says what else can be set.\n"
        f"region = {_hcl(said.region)}\n"
    )


def _hcl(value: str | bool | int | tuple[str, ...]) -> str:  # noqa: FBT001 - a value, not a switch
    """As HCL writes it: JSON, but for what opens a template."""
    text = json.dumps(value, ensure_ascii=False)
    return text.replace("${", "$${").replace("%{", "%%{")
