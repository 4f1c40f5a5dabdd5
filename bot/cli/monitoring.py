"""What Grafana and Prometheus are set up with, as it was shipped: of the bot itself, of budgets, pipelines, agents."""

from __future__ import annotations

from importlib.resources import files

import click

# Each has a dashboard and alert rules.
PARTS = ("bot", "budgets", "pipeline", "supervision")
_GROUPS = "groups:\n"


@click.group()
def monitoring() -> None:
    """Set up what watches the bot: Grafana, Prometheus."""


@monitoring.command()
@click.argument("part", type=click.Choice(PARTS), default="bot")
def dashboard(*, part: str) -> None:
    """Print a Grafana dashboard, to import as it is: of the bot itself, or of another part."""
    click.echo(dashboard_text(part), nl=False)


@monitoring.command()
@click.argument("part", type=click.Choice((*PARTS, "all")), default="all")
def alerts(*, part: str) -> None:
    """Print Prometheus alert rules, all in one file, or those of a part."""
    texts = [alerts_text(each) for each in (PARTS if part == "all" else (part,))]
    groups = "".join(text.partition(_GROUPS)[2] for text in texts)
    click.echo(f"{texts[0].partition(_GROUPS)[0]}{_GROUPS}{groups}" if part == "all" else texts[0], nl=False)


def dashboard_text(name: str) -> str:
    """This function will return a Grafana dashboard, to import as it is."""
    return _shipped("grafana", f"{name}.json")


def alerts_text(name: str) -> str:
    """This function will return Prometheus alert rules."""
    return _shipped("prometheus", f"{name}.yml")


def _shipped(*path: str) -> str:
    return files("bot").joinpath("templates", *path).read_text(encoding="utf-8")
