"""The command line's part in supervision: what the accounts are set up with whose instances agents run on."""

from __future__ import annotations

import click

# Modules are imported inside the commands: `pilothouse diagnose` should not pay for them.
# ruff: noqa: PLC0415


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
