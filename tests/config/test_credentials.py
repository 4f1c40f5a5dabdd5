"""The file of the App's keys: for its owner alone, whole or not at all, and below what the environment says."""

from __future__ import annotations

import os
import tomllib
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.config.credentials import (
    Credentials,
    CredentialsError,
    credentials_path,
    read_credentials,
    write_credentials,
)
from bot.config.place import needs_app, place_from_env
from bot.config.settings import SettingsError, settings_from_env
from bot.localhub.access import generated_key

KEY = b"k" * 32


@pytest.fixture
def kept() -> Credentials:
    """Keys as GitHub told them."""
    return Credentials(
        app_id="12",
        client_id="Iv23liabc",
        slug="harbour-pilot",
        html_url="https://github.com/apps/harbour-pilot",
        github_api_url="https://api.github.com",
        private_key=generated_key().strip(),
        webhook_secret="hook-secret",
        client_secret="client-secret",
        public_url="https://bot.example.org",
    )


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where they are kept."""
    return tmp_path / "credentials.toml"


def environment(path: Path, **more: str) -> dict[str, str]:
    """The environment of somebody who has set nothing but where the database is."""
    return {"PILOTHOUSE_DATABASE_URL": f"sqlite:///{path.parent / 'pilothouse.db'}", **more}


@pytest.mark.parametrize("keys", [(), (KEY,)])
def test_what_is_written_is_read(path: Path, kept: Credentials, keys: tuple[bytes, ...]) -> None:
    write_credentials(path, kept, keys)
    assert read_credentials(path, keys) == kept
    assert path.stat().st_mode & 0o777 == 0o600
    assert [one.name for one in path.parent.iterdir()] == ["credentials.toml"]


@given(text=st.text(st.characters(exclude_categories=["Cs"]), max_size=40))
def test_any_text_survives_toml(text: str) -> None:
    """What GitHub names things, and what an operator types, breaks out of no string."""
    from bot.config.credentials import _lines  # noqa: PLC0415 - what is held to the format

    assert tomllib.loads("".join(_lines({"slug": text}))) == {"slug": text}


def test_secrets_do_not_show(path: Path, kept: Credentials) -> None:
    """Neither in the text of the value, nor in a file that a key encrypts."""
    write_credentials(path, kept, (KEY,))
    for shown in (repr(kept), path.read_text()):
        assert not any(
            secret in shown for secret in ("hook-secret", "client-secret", kept.private_key[40:80])
        )


def test_a_key_that_was_replaced_still_opens(path: Path, kept: Credentials) -> None:
    """During a rotation both are known, the newest first."""
    write_credentials(path, kept, (KEY,))
    assert read_credentials(path, (b"n" * 32, KEY)) == kept


@pytest.mark.parametrize(
    ("keys", "said"), [((), "set the PILOTHOUSE_SECRET_KEY"), ((b"x" * 32,), "another PILOTHOUSE_SECRET_KEY")]
)
def test_a_file_that_cannot_be_opened_says_what_to_do(
    path: Path, kept: Credentials, keys: tuple[bytes, ...], said: str
) -> None:
    write_credentials(path, kept, (KEY,))
    with pytest.raises(CredentialsError, match=said):
        read_credentials(path, keys)


@pytest.mark.parametrize(
    ("text", "said"),
    [("app_id = ", "not valid TOML"), ('app_id = "1"', "lacks client_id"), ("app_id = 1", "lacks app_id")],
)
def test_a_broken_file_is_named(path: Path, text: str, said: str) -> None:
    path.write_text(text)
    path.chmod(0o600)
    with pytest.raises(CredentialsError, match=said):
        read_credentials(path, ())


def test_a_file_that_others_may_open_is_refused(path: Path, kept: Credentials) -> None:
    """As ssh refuses such a key."""
    write_credentials(path, kept, ())
    path.chmod(0o640)
    with pytest.raises(SettingsError, match=f"chmod 600 {path}"):
        settings_from_env(environment(path))


def test_a_write_that_fails_leaves_the_old_file(
    path: Path, kept: Credentials, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The disk is full in the middle: what was there is there, and nothing beside it."""
    write_credentials(path, kept, ())

    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(CredentialsError, match="No space left on device"):
        write_credentials(path, replace(kept, slug="other"), ())
    assert read_credentials(path, ()) == kept
    assert [one.name for one in path.parent.iterdir()] == ["credentials.toml"]


def test_settings_are_read_from_it(path: Path, kept: Credentials) -> None:
    write_credentials(path, kept, ())
    settings = settings_from_env(environment(path))
    assert settings.app_id == "12"
    assert settings.private_key == kept.private_key
    assert settings.webhook_secrets == (b"hook-secret",)
    assert (settings.web.client_id, settings.web.client_secret) == ("Iv23liabc", "client-secret")
    assert settings.public_url == "https://bot.example.org"


def test_the_environment_wins(path: Path, kept: Credentials, tmp_path: Path) -> None:
    """A key in a file of its own too, although the set-up keeps it as text."""
    write_credentials(path, kept, ())
    own = tmp_path / "own.pem"
    own.write_text(generated_key().replace("\n", "\r\n"))
    settings = settings_from_env(
        environment(path, PILOTHOUSE_PUBLIC_URL="https://other.example", PILOTHOUSE_PRIVATE_KEY_FILE=str(own))
    )
    assert settings.public_url == "https://other.example"
    assert settings.private_key == own.read_text().strip()


@pytest.mark.parametrize(("named", "used"), [("12", True), ("Iv23liabc", True), ("13", False)])
def test_keys_of_two_apps_do_not_mix(path: Path, kept: Credentials, named: str, *, used: bool) -> None:
    """Where the environment names another App, nothing of the file is used."""
    write_credentials(path, kept, ())
    given_by_hand = environment(path, PILOTHOUSE_APP_ID=named)
    if used:
        assert settings_from_env(given_by_hand).app_id == named
        return
    with pytest.raises(SettingsError, match="PILOTHOUSE_WEBHOOK_SECRET is missing"):
        settings_from_env(given_by_hand)


def test_a_broken_file_hinders_nobody_who_has_set_an_app(path: Path) -> None:
    path.write_text("nothing")
    path.chmod(0o600)
    by_hand = environment(
        path,
        PILOTHOUSE_APP_ID="1",
        PILOTHOUSE_PRIVATE_KEY=generated_key(),
        PILOTHOUSE_WEBHOOK_SECRET="secret",
    )
    assert settings_from_env(by_hand).app_id == "1"


@pytest.mark.parametrize(
    ("url", "named", "found"),
    [
        ("sqlite:////var/lib/pilothouse/pilothouse.db", "", "/var/lib/pilothouse/credentials.toml"),
        ("sqlite:////var/lib/pilothouse/pilothouse.db?timeout=5", "", "/var/lib/pilothouse/credentials.toml"),
        ("sqlite:///here.db", "", "credentials.toml"),
        ("postgresql://host/name", "/run/keys.toml", "/run/keys.toml"),
    ],
)
def test_it_lies_beside_the_database(url: str, named: str, found: str) -> None:
    assert credentials_path({"PILOTHOUSE_CREDENTIALS": named}, url) == Path(found)


def test_beside_postgresql_it_lies_with_the_user() -> None:
    assert credentials_path({}, "postgresql://host/name").parts[-2:] == ("pilothouse", "credentials.toml")


def test_a_set_up_is_needed_where_nobody_has_said_anything_of_an_app(path: Path, kept: Credentials) -> None:
    assert needs_app(environment(path))
    assert not needs_app(environment(path, PILOTHOUSE_WEBHOOK_SECRET="x"))
    write_credentials(path, kept, ())
    assert not needs_app(environment(path))
    place = place_from_env(environment(path))
    assert place.public_url == "https://bot.example.org"
    assert place.github_api_url == ""  # of the App that is forgotten: the person chooses anew


def test_a_place_that_is_wrong_is_told_before_anything_is_served(path: Path) -> None:
    with pytest.raises(SettingsError, match="PORT is 'x'"):
        place_from_env(environment(path, PORT="x"))


def test_lines_for_a_platform_are_what_settings_are_read_from(kept: Credentials, tmp_path: Path) -> None:
    lines = dict(line.split("=", 1) for line in kept.lines())
    assert all("\n" not in line for line in kept.lines())
    settings = settings_from_env(lines | environment(tmp_path / "x"))
    assert settings.private_key == kept.private_key
