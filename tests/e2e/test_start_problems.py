"""What keeps Pilothouse from starting is one clear message with what to do, never a traceback."""

from __future__ import annotations

import asyncio
import os
import socket
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from bot.localhub.access import generated_key

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from bot.localhub.server import LocalHub

CANNOT_START = 78
NOT_NOW = 75  # with the same settings it may start in a minute: systemd and its likes try again


@pytest.fixture(scope="module")
def key() -> str:
    return generated_key()


@pytest.fixture
def good(key: str, tmp_path: Path) -> dict[str, str]:
    return {
        "PILOTHOUSE_APP_ID": "12",
        "PILOTHOUSE_PRIVATE_KEY": key,
        "PILOTHOUSE_WEBHOOK_SECRET": "secret",
        "PILOTHOUSE_DATABASE_URL": f"sqlite:///{tmp_path / 'pilothouse.db'}",
        "PILOTHOUSE_GITHUB_API_URL": "http://127.0.0.1:9",
        "PORT": "0",
    }


def refused(command: str, settings: Mapping[str, str], *arguments: str, code: int = CANNOT_START) -> str:
    """Run a command that must refuse to start, and return what it said."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PILOTHOUSE_")}
    ended = subprocess.run(
        [sys.executable, "-m", "bot", command, *arguments],
        env=environment | dict(settings),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ended.returncode == code, ended.stderr
    assert "Traceback" not in ended.stderr
    return ended.stderr


@pytest.mark.parametrize("command", ["serve", "web", "worker"])
def test_missing_settings_are_all_named(command: str) -> None:
    """Where one setting of an App is there, its others are missing; a set-up would be a surprise."""
    said = refused(command, {"PILOTHOUSE_CLIENT_ID": "Iv1", "PILOTHOUSE_WEBHOOK_SECRET": ","})
    assert "PILOTHOUSE_APP_ID is missing" in said
    assert "PILOTHOUSE_WEBHOOK_SECRET has only commas" in said
    assert "PILOTHOUSE_PRIVATE_KEY or PILOTHOUSE_PRIVATE_KEY_FILE is missing" in said


def test_a_worker_without_an_app_says_where_to_set_one_up(tmp_path: Path) -> None:
    """The pages of the set-up belong to the web process."""
    said = refused("worker", {"PILOTHOUSE_DATABASE_URL": f"sqlite:///{tmp_path / 'pilothouse.db'}"})
    assert "PILOTHOUSE_APP_ID is missing" in said
    assert "pilothouse serve" in said


def test_a_set_up_anew_is_refused_where_the_environment_has_the_app(good: dict[str, str]) -> None:
    """What it kept would not be used."""
    said = refused("setup", good, "--again")
    assert "win over what the set-up keeps" in said


async def test_an_app_that_was_deleted_is_named(hub: LocalHub, good: dict[str, str]) -> None:
    """With what to do: its keys will open nothing again."""
    good["PILOTHOUSE_PRIVATE_KEY"] = hub.private_key_pem
    good["PILOTHOUSE_GITHUB_API_URL"] = hub.url
    good["PILOTHOUSE_APP_ID"] = str(hub.app_id)
    hub.registrations.delete()
    said = await asyncio.to_thread(refused, "serve", good)
    assert "GitHub knows no such App (any more)" in said
    assert "pilothouse setup --again" in said


def test_a_database_that_cannot_be_written_is_named(good: dict[str, str], tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.touch()
    good["PILOTHOUSE_DATABASE_URL"] = f"sqlite:///{blocked / 'pilothouse.db'}"
    for command in ("serve", "worker"):
        assert "PILOTHOUSE_DATABASE_URL" in refused(command, good)


@pytest.mark.parametrize("command", ["serve", "web", "worker"])
def test_a_server_that_does_not_answer_is_named_and_may_come_back(good: dict[str, str], command: str) -> None:
    said = refused(
        command, good | {"PILOTHOUSE_DATABASE_URL": "postgresql://u:hidden@127.0.0.1:9/n"}, code=NOT_NOW
    )
    assert "PILOTHOUSE_DATABASE_URL" in said
    assert "hidden" not in said


def test_a_port_in_use_is_named(good: dict[str, str]) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        said = refused("web", good | {"PORT": port, "PILOTHOUSE_HOST": "127.0.0.1"})
    assert f"Port {port}" in said
    assert "set PORT" in said


@pytest.mark.parametrize("command", ["serve", "worker"])
def test_a_github_that_cannot_be_reached_is_named(good: dict[str, str], command: str) -> None:
    said = refused(command, good, code=NOT_NOW)
    assert "GitHub cannot be reached at http://127.0.0.1:9" in said
    assert "PILOTHOUSE_GITHUB_API_URL" in said


async def test_credentials_that_github_refuses_are_named(hub: LocalHub, good: dict[str, str]) -> None:
    """The App has another key than ours: the JWT is not accepted."""
    other = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    good["PILOTHOUSE_PRIVATE_KEY"] = other.private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
    ).decode()
    good["PILOTHOUSE_GITHUB_API_URL"] = hub.url
    good["PILOTHOUSE_APP_ID"] = str(hub.app_id)
    said = await asyncio.to_thread(refused, "serve", good)
    assert "GitHub does not accept the App's credentials" in said
    assert "PILOTHOUSE_APP_ID" in said
