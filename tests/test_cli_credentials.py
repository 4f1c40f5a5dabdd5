"""The command line shows, prints and renews the App's keys; GitHub is asked before anything is replaced."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from bot.cli import main
from bot.config.credentials import Credentials, read_credentials, write_credentials

if TYPE_CHECKING:
    from pathlib import Path

    from click.testing import Result

    from bot.localhub.server import LocalHub

KEY = "k" * 32


@pytest.fixture
def path(tmp_path: Path, hub: LocalHub, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The keys of the local GitHub's App, kept as the set-up keeps them."""
    monkeypatch.setenv("PILOTHOUSE_DATABASE_URL", f"sqlite:///{tmp_path / 'pilothouse.db'}")
    made = tmp_path / "credentials.toml"
    kept = Credentials(
        app_id=str(hub.app_id),
        client_id=hub.client_id,
        slug=hub.slug,
        html_url=f"{hub.url}/apps/{hub.slug}",
        github_api_url=hub.url,
        private_key=hub.private_key_pem.strip(),
        webhook_secret=hub.webhook_secret,
        client_secret=hub.client_secret,
    )
    write_credentials(made, kept, ())
    return made


def kept_at(path: Path) -> Credentials:
    """What the file holds."""
    found = read_credentials(path, ())
    assert found is not None
    return found


def text_of(path: Path) -> str:
    """The file as it lies there."""
    return path.read_text()


def spoil(path: Path, how: str) -> None:
    """Take the file away, or let others open it."""
    if how == "gone":
        path.unlink()
    else:
        path.chmod(0o644)


async def run(*arguments: str, given: str | None = None) -> Result:
    """Run a command while the local GitHub goes on."""
    return await asyncio.to_thread(
        CliRunner().invoke, main, ["credentials", *arguments], input=given, catch_exceptions=False
    )


async def test_it_is_shown_without_secrets(path: Path, hub: LocalHub) -> None:
    said = await run("show")
    assert said.exit_code == 0
    assert hub.slug in said.output
    assert "SHA256:" in said.output
    kept = kept_at(path)
    for secret in (kept.webhook_secret, kept.client_secret, kept.private_key[40:90]):
        assert secret not in said.output


async def test_it_is_printed_for_a_platform(path: Path) -> None:
    said = await run("env")
    assert said.output.splitlines() == list(kept_at(path).lines())


async def test_without_a_file_it_says_where_keys_come_from(path: Path) -> None:
    spoil(path, "gone")
    said = await run("show")
    assert said.exit_code == 78
    assert "There are no keys at" in said.output


async def test_the_webhook_secret_is_renewed_without_a_refused_delivery(path: Path, hub: LocalHub) -> None:
    """First both are accepted, and only then GitHub signs with the new one."""
    old = hub.webhook_secret
    first = await run("rotate", "webhook-secret")
    assert "Restart every process" in first.output
    new, kept = kept_at(path).webhook_secret.split(",")
    assert kept == old
    assert hub.deliveries.secret == old
    await run("rotate", "webhook-secret")
    assert hub.deliveries.secret == new
    assert kept_at(path).webhook_secret == new


async def test_a_key_that_github_does_not_take_changes_nothing(path: Path, tmp_path: Path) -> None:
    before = kept_at(path)
    other = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    file = tmp_path / "new.pem"
    file.write_bytes(other.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    said = await run("rotate", "private-key", str(file))
    assert said.exit_code == 1
    assert "Nothing was changed" in said.output
    file.write_text("no key")
    assert "Nothing was changed" in (await run("rotate", "private-key", str(file))).output
    assert kept_at(path) == before


async def test_a_key_that_github_takes_is_kept(path: Path, tmp_path: Path, hub: LocalHub) -> None:
    other = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    text = other.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    hub.access.trust(text)
    file = tmp_path / "new.pem"
    file.write_text(text)
    said = await run("rotate", "private-key", str(file))
    assert "GitHub takes the new key" in said.output
    assert kept_at(path).private_key == text.strip()


async def test_a_client_secret_is_asked_for_and_not_shown(path: Path) -> None:
    said = await run("rotate", "client-secret", given="abc123\n")
    assert "abc123" not in said.output
    assert kept_at(path).client_secret == "abc123"
    assert (await run("rotate", "client-secret", given="a b\n")).exit_code == 1


async def test_the_file_is_encrypted_anew(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = kept_at(path)
    monkeypatch.setenv("PILOTHOUSE_SECRET_KEY", KEY)
    assert "encrypted anew" in (await run("rotate", "secret-key")).output
    assert before.webhook_secret not in text_of(path)
    assert read_credentials(path, (KEY.encode(),)) == before
    monkeypatch.setenv("PILOTHOUSE_SECRET_KEY", f"{'n' * 32},{KEY}")
    await run("rotate", "secret-key")
    assert read_credentials(path, (b"n" * 32,)) == before


async def test_a_file_that_cannot_be_opened_is_one_message(path: Path) -> None:
    spoil(path, "open")
    said = await run("show")
    assert said.exit_code == 78
    assert "chmod 600" in said.output
