"""The command line's part in supervision: what the accounts are set up with whose instances agents run on."""

from __future__ import annotations

import re

import click

# Modules are imported inside the commands: `pilothouse diagnose` should not pay for them.
# ruff: noqa: PLC0415

_PLAIN = re.compile(r"[A-Za-z0-9._-]{1,50}")  # what needs no quotes in YAML, nor escapes in a query


@click.group()
def supervision() -> None:
    """Set up the hosts that agents run on."""


@supervision.command()
def document() -> None:
    """Print the document that Systems Manager runs our programs by, to create in each account as it is.

    aws ssm create-document --name pilothouse-run --document-type Command --content file://pilothouse-run.json
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

    for what, given in (("--app", slug), ("--label", label)):
        if not _PLAIN.fullmatch(given):
            raise click.BadParameter("it takes letters, digits, dots, - and _", param_hint=what)
    click.echo(alarm_text(slug, label), nl=False)
