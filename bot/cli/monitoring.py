"""What the command line prints for Grafana and Prometheus, as it was shipped."""

from __future__ import annotations

from importlib.resources import files


def dashboard_text(name: str) -> str:
    """This function will return a Grafana dashboard, to import as it is."""
    return _shipped("grafana", f"{name}.json")


def alerts_text(name: str) -> str:
    """This function will return Prometheus alert rules."""
    return _shipped("prometheus", f"{name}.yml")


def _shipped(*path: str) -> str:
    return files("bot").joinpath("templates", *path).read_text(encoding="utf-8")
