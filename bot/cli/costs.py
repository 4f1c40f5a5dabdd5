"""The command line's part in costs: what AWS accounts, Prometheus and Grafana are set up with."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.cli.monitoring import alerts_text, dashboard_text

if TYPE_CHECKING:
    from bot.config.costing import AccountConfig, CostConfig
    from bot.costs.iam import Names, Policy

# Modules are imported inside the commands: `pilothouse diagnose` should not pay for the library of AWS.
# ruff: noqa: PLC0415

_FILE = Path(".github/pilothouse.yml")


@click.group()
def costs() -> None:
    """Set up what costs need around the bot: AWS accounts, Prometheus, Grafana."""


@costs.group()
def iam() -> None:
    """Print the least-privilege IAM policies for a repository's configuration."""


@iam.command("policy")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False), default=_FILE)
@click.option("--account", default=None, metavar="ID", help="Which account; by default the file's first.")
@click.option("--enforce", "also", flag_value="enforce", multiple=True, help="Also to hold the limit.")
@click.option(
    "--cluster", "also", flag_value="cluster", multiple=True, help="Also for `/cluster` by EC2 fleet."
)
@click.option("--agents", "also", flag_value="agents", multiple=True, help="Also to reach agents by SSM.")
@click.option("--machine-role", default="", metavar="NAME", help="Of the launch template's instance profile.")
def role_policy(*, file: Path, account: str | None, also: tuple[str, ...], machine_role: str) -> None:
    """Print the policy of the role that the account in FILE is read with."""
    from bot.costs.iam import Purpose, policy

    configured = _costs(file)
    names = _names(configured, _account(configured, account), machine_role)
    _print(policy((Purpose.READ, *map(Purpose, also)), names))


@iam.command()
@click.option("--principal", required=True, metavar="ARN", help="The role or user that the bot runs as.")
@click.option(
    "--repository-id", required=True, type=click.IntRange(1), metavar="N", help="GitHub's id of it."
)
def trust(*, principal: str, repository_id: int) -> None:
    """Print who may assume that role: this bot, and only on behalf of the repository."""
    from bot.costs.aws.accounts import external_id
    from bot.costs.iam import trust_policy

    _print(trust_policy(principal, external_id(repository_id)))


@iam.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False), default=_FILE)
def process(*, file: Path) -> None:
    """Print what the bot's own identity needs: to assume the roles in FILE."""
    from bot.costs.iam import process_policy

    roles = tuple(dict.fromkeys(one.role for one in _costs(file).accounts if one.role is not None))
    if not roles:
        raise click.ClickException(
            f"{file} names no role to assume: the bot's own identity needs the policy."
        )
    _print(process_policy(roles))


@costs.command()
def dashboard() -> None:
    """Print a Grafana dashboard of the budgets, to import as it is."""
    click.echo(dashboard_text("budgets"), nl=False)


@costs.command()
def alerts() -> None:
    """Print Prometheus alert rules about the budgets."""
    click.echo(alerts_text("budgets"), nl=False)


def _costs(file: Path) -> CostConfig:
    from bot.config.repository import ConfigurationErrors, configuration_from_yaml

    try:
        read = configuration_from_yaml(file.read_bytes())
    except OSError as error:
        raise click.ClickException(f"{file} cannot be read: {error.strerror}.") from error
    if isinstance(read, ConfigurationErrors):
        raise click.ClickException(f"{file} is not valid: `pilothouse validate {file}` says where.")
    budget = read.budget
    if budget is None or not budget.accounts:
        raise click.ClickException(f"{file} names no AWS account under costs.accounts.")
    return budget


def _account(configured: CostConfig, wanted: str | None) -> AccountConfig:
    found = next((one for one in configured.accounts if wanted in {None, one.id}), None)
    if found is None:
        known = ", ".join(one.id for one in configured.accounts)
        raise click.ClickException(f"The account {wanted} is not configured; there are: {known}.")
    return found


def _names(configured: CostConfig, account: AccountConfig, machine_role: str) -> Names:
    from bot.costs.iam import Names

    instances = (host.instance for host in configured.hosts.values() if host.instance is not None)
    return Names(
        account=account.id,
        regions=account.regions,
        cluster=configured.enforce.cluster,
        agent_role=configured.enforce.deny_role or "",
        agent_instances=tuple(dict.fromkeys(instances)),
        machine_role=machine_role,
        protected=configured.enforce.protected,
    )


def _print(made: Policy) -> None:
    click.echo(json.dumps(made.document, indent=2))
    for statement, name in made.left_out.items():
        click.echo(f"Left out {statement}: {_WANTING[name]}.", err=True)


_WANTING = {
    "AGENT_ROLE": "costs.enforce.deny_role names no role",
    "AGENT_INSTANCES": "no host under hosts is an instance",
    "MACHINE_ROLE": "--machine-role names none; it is needed where the launch template has an instance profile",
    "PROTECTED_INSTANCES": "costs.enforce.protected names no instance",
}
