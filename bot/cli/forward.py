"""The command line's client of a webhook proxy, for a machine that GitHub cannot reach."""

from __future__ import annotations

import asyncio
import os
import sys

import click

# Modules are imported inside the command: `pilothouse diagnose` should not pay for them.
# ruff: noqa: PLC0415


@click.command()
@click.argument("channel", metavar="URL")
@click.option(
    "--to",
    "target",
    default="http://127.0.0.1:8080/webhook",
    show_default=True,
    metavar="URL",
    help="The webhook that deliveries are handed to.",
)
def forward(*, channel: str, target: str) -> None:
    """Hand on what GitHub sends to the channel of a webhook proxy such as https://smee.io/….

    The process does the same by itself where PILOTHOUSE_WEBHOOK_PROXY names the channel. It is meant for trying things
    out: whoever knows the channel can read along.
    """
    from bot.config.locations import webhook_proxy_problem
    from bot.config.settings import SettingsError, settings_from_env
    from bot.web.forwarding.forwarder import Forwarding
    from bot.web.forwarding.forwarder import forward as run

    if problem := webhook_proxy_problem(channel):
        raise click.BadParameter(problem, param_hint="URL")
    try:
        secrets = settings_from_env(os.environ).webhook_secrets
    except SettingsError:
        secrets = ()
        click.echo("No webhook secret is set here: whether signatures fit is left to the webhook.")
    click.echo(f"Handing on to {target}. Ctrl-C ends it.")
    try:
        asyncio.run(run(Forwarding(channel=channel, target=target, secrets=secrets, said=click.echo)))
    except KeyboardInterrupt:
        sys.exit(130)
