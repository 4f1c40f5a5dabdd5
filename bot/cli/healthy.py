"""The command line's question to the web process of this machine: does it make progress?"""

from __future__ import annotations

import json
import os
import sys
import urllib.error
import urllib.request

import click

_SECONDS = 4.0
_UNHEALTHY = 1


@click.command()
@click.option("--port", type=click.IntRange(1, 65535), default=None, help="Where it listens, if not at PORT.")
def healthy(*, port: int | None) -> None:
    """Ask the web process on this machine for /healthz; the exit code is 1 where it does not get on."""
    chosen = port or os.environ.get("PORT") or "8080"
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{chosen}/healthz", timeout=_SECONDS) as answer:
            told = json.load(answer)
    except urllib.error.HTTPError as error:
        click.echo(error.read().decode(errors="replace"), err=True)
        sys.exit(_UNHEALTHY)
    except (OSError, ValueError) as error:
        click.echo(f"Nobody answers at port {chosen}: {error}", err=True)
        sys.exit(_UNHEALTHY)
    click.echo(
        f"{told.get('status', 'unknown')}: {told.get('workers', 0)} worker(s), {told.get('waiting', 0)} waiting"
    )
