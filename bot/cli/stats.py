"""The command line's part in the pipeline's figures: what Grafana and Prometheus are set up with."""

from __future__ import annotations

import click

from bot.cli.monitoring import alerts_text, dashboard_text


@click.group()
def stats() -> None:
    """Set up what shows how pipelines do: Grafana, Prometheus."""


@stats.command()
def dashboard() -> None:
    """Print a Grafana dashboard of pipelines, to import as it is."""
    click.echo(dashboard_text("pipeline"), nl=False)


@stats.command()
def alerts() -> None:
    """Print Prometheus alert rules about pipelines."""
    click.echo(alerts_text("pipeline"), nl=False)
