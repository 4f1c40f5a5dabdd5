"""The command line's hand on the App's keys: shown without secrets, printed for a platform, renewed."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import os
import secrets
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.cli.problems import StartError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from bot.config.credentials import Credentials
    from bot.config.place import Place
    from bot.github.app import GitHub

# Modules are imported inside the commands: `pilothouse diagnose` should not pay for them.
# ruff: noqa: PLC0415

_SECRET_BYTES = 32


@click.group()
def credentials() -> None:
    """Show, print or renew the App's keys that the set-up keeps in a file."""


@credentials.command()
def show() -> None:
    """Say which App it is and where its keys are; no secret is shown."""
    place, kept = _kept()
    click.echo(f"App:          {kept.slug} ({kept.html_url})")
    click.echo(f"App ID:       {kept.app_id}")
    click.echo(f"Client ID:    {kept.client_id}")
    click.echo(f"API:          {kept.github_api_url}")
    click.echo(f"Address:      {kept.public_url or 'not set'}")
    click.echo(f"Private key:  {_fingerprint(kept.private_key)}")
    click.echo(f"Webhook:      {len(kept.webhook_secret.split(','))} secret(s)")
    click.echo(f"File:         {place.credentials_path}{', encrypted' if place.secret_keys else ''}")


@credentials.command()
def env() -> None:
    """Print the settings as lines of an environment file, secrets and all, for a platform without a disk."""
    _, kept = _kept()
    for line in kept.lines():
        click.echo(line)


@credentials.group()
def rotate() -> None:
    """Renew one of the keys."""


@rotate.command("webhook-secret")
def webhook_secret() -> None:
    """Renew the webhook secret, in two runs with a restart in between, so that no delivery is refused."""
    from bot.github.installing import sign_hook_with

    place, kept = _kept()
    newest, *older = kept.webhook_secret.split(",")
    if not older:
        made = secrets.token_hex(_SECRET_BYTES)
        _write(place, replace(kept, webhook_secret=f"{made},{newest}"))
        click.echo(
            "A second secret is accepted from the next start on. Restart every process, then run this again."
        )
        return

    async def tell(github: GitHub) -> None:
        await sign_hook_with(github.app, newest)

    _asked(kept, tell)
    _write(place, replace(kept, webhook_secret=newest))
    click.echo("GitHub signs with the new secret now. The old one is refused from the next restart on.")


@rotate.command("private-key")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
def private_key(*, file: Path) -> None:
    """Take FILE, a key that was generated on the App's settings page, in place of the present one."""
    place, kept = _kept()
    renewed = replace(kept, private_key=file.read_text(encoding="utf-8", errors="replace").strip())

    async def ask(github: GitHub) -> None:
        await github.identity()

    _asked(renewed, ask)
    _write(place, renewed)
    click.echo(
        f"GitHub takes the new key, {_fingerprint(renewed.private_key)}. Restart every process, then delete"
    )
    click.echo(f"the old one, {_fingerprint(kept.private_key)}, on the App's settings page, and the file.")


@rotate.command("client-secret")
def client_secret() -> None:
    """Take a client secret that was generated on the App's settings page; it is asked for, and not shown."""
    place, kept = _kept()
    given = click.prompt("Client secret", hide_input=True).strip()
    if not given.isalnum():
        raise click.ClickException("That is no client secret of GitHub's: it has letters and digits alone.")
    _write(place, replace(kept, client_secret=given))
    click.echo("It is kept. Restart every process, then delete the old one on the App's settings page.")


@rotate.command("secret-key")
def secret_key() -> None:
    """Encrypt the file with the first key of PILOTHOUSE_SECRET_KEY, or with none where it is not set any more."""
    place, kept = _kept()
    _write(place, kept)
    click.echo("The file is encrypted anew." if place.secret_keys else "The file is not encrypted.")


def _kept() -> tuple[Place, Credentials]:
    from bot.config.credentials import CredentialsError, read_credentials
    from bot.config.place import place_from_env
    from bot.config.settings import SettingsError

    try:
        place = place_from_env(os.environ)
        kept = read_credentials(place.credentials_path, place.secret_keys)
    except (SettingsError, CredentialsError) as problem:
        raise StartError(str(problem)) from problem
    if kept is None:
        raise StartError(
            f"There are no keys at {place.credentials_path}. `pilothouse serve` makes them where no App is set; "
            "keys in the environment are renewed there."
        )
    return place, kept


def _write(place: Place, renewed: Credentials) -> None:
    from bot.config.credentials import CredentialsError, write_credentials

    try:
        write_credentials(place.credentials_path, renewed, place.secret_keys)
    except CredentialsError as problem:
        raise StartError(str(problem)) from problem


def _asked(kept: Credentials, ask: Callable[[GitHub], Awaitable[None]]) -> None:
    """Ask GitHub as the App; what it says against that is one message."""
    from bot.app.clock import clock
    from bot.github.app import GitHub
    from bot.github.credentials import InvalidPrivateKey
    from bot.github.errors import GitHubError
    from bot.github.tuning import Tuning

    async def asking() -> None:
        tuning = Tuning(pace=None, attempts=3, patience=20.0, timeout=15.0)
        async with GitHub(
            kept.app_id, kept.private_key, clock=clock, api_url=kept.github_api_url, tuning=tuning
        ) as github:
            await ask(github)

    try:
        asyncio.run(asking())
    except InvalidPrivateKey as error:
        raise click.ClickException(f"Nothing was changed: {error}.") from error
    except GitHubError as error:
        raise click.ClickException(f"Nothing was changed: {error}") from error


def _fingerprint(private_key: str) -> str:
    """As the App's settings page shows it: https://docs.github.com/en/apps/…/managing-private-keys-for-github-apps."""
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key

    public = load_pem_private_key(private_key.encode(), password=None).public_key()
    der = public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return f"SHA256:{base64.b64encode(hashlib.sha256(der).digest()).decode()}"
