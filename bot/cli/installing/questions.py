"""Asks on the terminal what no file of a repository says, each question with what it is for."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import click

from bot.config.pipeline import InfrastructureConfig, Kind
from bot.pack.installing.deciding.wishing import Part, suggested_buckets
from bot.pack.model import RECORD

if TYPE_CHECKING:
    from bot.pack.installing.deciding.wishing import Wishes
    from bot.pack.installing.looking.sources import Source
    from bot.pack.model import Found
    from bot.pack.rendering.pack import About


async def ask(wishes: Wishes, found: tuple[Found, ...], target: Source, about: About) -> Wishes:
    """This function will ask what was not said already; where a pipeline was installed before, nothing."""
    if await target.ids((RECORD,)):
        return wishes
    if not found and wishes.kind is None:
        click.echo("Nothing was found here that is built yet.")
        kinds = click.Choice([kind.value for kind in Kind])
        wishes = replace(wishes, kind=Kind(click.prompt("What will it be built with?", type=kinds)))
    parts = dict(wishes.parts)
    if Part.RELEASE not in parts and any(one.binaries for one in found):
        names = ", ".join(name for one in found for name in one.binaries[:5])
        parts[Part.RELEASE] = click.confirm(f"Build releases ({names}) by release.yml?", default=True)
    if Part.AUTOFIX not in parts:
        question = "Let autofix.yml propose what formatters and linters can mend by themselves?"
        parts[Part.AUTOFIX] = click.confirm(question, default=True)
    if Part.DEPLOY not in parts and not wishes.says_where:
        question = "Deploy to AWS by Terraform (deploy-prod.yml, teardown.yml, cluster.yml)?"
        parts[Part.DEPLOY] = click.confirm(question, default=False)
    wishes = replace(wishes, parts=parts)
    return _where(wishes, about) if parts.get(Part.DEPLOY, wishes.says_where) else wishes


def _where(wishes: Wishes, about: About) -> Wishes:
    state, artifacts = suggested_buckets(about.full_name)
    usual = InfrastructureConfig(state=state, artifacts=artifacts)
    names = ",".join(wishes.environments or usual.environments)
    names = names if wishes.environments else click.prompt("Environments, the first one first", default=names)
    return replace(
        wishes,
        environments=tuple(name.strip() for name in names.split(",") if name.strip()),
        region=wishes.region or click.prompt("Region of AWS", default=usual.region),
        state_bucket=wishes.state_bucket
        or click.prompt(
            "Bucket of Terraform's state and plans (its name is unique in all of AWS)", default=state
        ),
        artifacts_bucket=wishes.artifacts_bucket
        or click.prompt("Bucket that programs are pushed to", default=artifacts),
    )
