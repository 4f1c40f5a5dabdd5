"""The command line's part in supervision: what the accounts are set up with whose instances agents run on."""

from __future__ import annotations

import re

import click

from bot.cli.monitoring import alerts_text, dashboard_text

# Modules are imported inside the commands: `pilothouse diagnose` should not pay for them.
# ruff: noqa: PLC0415

_SLUG = re.compile(r"[a-z0-9-]{1,100}")
_LABEL = re.compile(
    r"[^,${}\x00-\x1f]{1,50}"
)  # no list of labels, and nothing that a workflow would evaluate


@click.group()
def supervision() -> None:
    """Set up the hosts that agents run on."""


@supervision.command()
def document() -> None:
    """Print the document that Systems Manager runs our programs by, to create in each account and region as it is.

    aws ssm create-document --name pilothouse-run --document-type Command --content file://pilothouse-run.json

    Where it is there already, `aws ssm update-document` with `--document-version '$LATEST'` and then
    `update-document-default-version` put the new one in its place.
    """
    from bot.supervision.hosts.document import document_text

    click.echo(document_text())


@supervision.command()
@click.option("--app", "slug", default="pilothouse", show_default=True, help="The slug of your GitHub App.")
@click.option(
    "--label", default="pilothouse-heartbeat", show_default=True, help="As supervision.alive.label says."
)
def alarm(slug: str, label: str) -> None:
    """Print the workflow that tells when the bot falls silent, for .github/workflows/pilothouse-alarm.yml."""
    from bot.supervision.alive.alarm import alarm_text

    if not _SLUG.fullmatch(slug):
        raise click.BadParameter("it takes lower-case letters, digits and -", param_hint="--app")
    if not _LABEL.fullmatch(label):
        raise click.BadParameter("it takes no commas, $ or braces", param_hint="--label")
    click.echo(alarm_text(slug, label), nl=False)


@supervision.command()
def dashboard() -> None:
    """Print a Grafana dashboard of agents, hung runs and fixes, to import as it is."""
    click.echo(dashboard_text("supervision"), nl=False)


@supervision.command()
def alerts() -> None:
    """Print Prometheus alert rules about supervision."""
    click.echo(alerts_text("supervision"), nl=False)
