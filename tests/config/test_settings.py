from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
)

from bot.config.app_settings import PUBLIC_API
from bot.config.settings import DEFAULT_PORT, NAMES, SettingsError, app_from_env, settings_from_env

if TYPE_CHECKING:
    from pathlib import Path


def pem(key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey) -> str:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


@pytest.fixture(scope="module")
def key() -> str:
    return pem(rsa.generate_private_key(public_exponent=65537, key_size=2048))


@pytest.fixture
def good(key: str) -> dict[str, str]:
    return {
        "PILOTHOUSE_APP_ID": "Iv1.abc",
        "PILOTHOUSE_PRIVATE_KEY": key,
        "PILOTHOUSE_WEBHOOK_SECRET": "one, two",
        "PATH": "/bin",
    }


def mistakes(environment: dict[str, str]) -> str:
    with pytest.raises(SettingsError) as caught:
        settings_from_env(environment)
    return "\n".join(caught.value.mistakes)


def test_the_least_that_is_needed_is_enough(good: dict[str, str]) -> None:
    settings = settings_from_env(good)
    assert settings.app_id == "Iv1.abc"
    assert settings.webhook_secrets == (b"one", b"two")
    assert settings.github_api_url == PUBLIC_API
    assert settings.database_url.startswith("sqlite:////")
    assert settings.port == DEFAULT_PORT


def test_secrets_do_not_show_in_the_text_of_settings(good: dict[str, str]) -> None:
    good["PILOTHOUSE_DATABASE_URL"] = "postgresql://bot:hunter2@db/bot"
    text = repr(settings_from_env(good))
    assert "one" not in text
    assert "PRIVATE KEY" not in text
    assert "hunter2" not in text


def test_all_mistakes_are_told_at_once() -> None:
    told = mistakes(
        {
            "PILOTHOUSE_PRIVATE_KEY": "nonsense",
            "PORT": "http",
            "PILOTHOUSE_GITHUB_API_URL": "ftp://x",
            "PILOTHOUSE_DATABASE_URL": "mysql://x",
            "PILOTHOUSE_OBEYED_APPS": "12,dependabot",
            "PILOTHOUSE_LOG_LEVEL": "loud",
            "PILOTHOUSE_WEBHOOK_SECRETS": "typo",
        }
    )
    for part in (
        "PILOTHOUSE_APP_ID is missing",
        "PILOTHOUSE_WEBHOOK_SECRET is missing",
        "PILOTHOUSE_PRIVATE_KEY is not an RSA private key",
        "PORT is 'http'",
        "ftp://x",
        "'mysql'",
        "dependabot",
        "'loud'",
        "PILOTHOUSE_WEBHOOK_SECRETS is not a setting; did you mean PILOTHOUSE_WEBHOOK_SECRET?",
    ):
        assert part in told
    assert "nonsense" not in told


def test_names_that_a_platform_sets_are_let_be(good: dict[str, str]) -> None:
    """Kubernetes tells every container of a service by variables that begin with its name."""
    good |= {"PILOTHOUSE_SERVICE_HOST": "10.0.0.1", "PILOTHOUSE_PORT": "tcp://10.0.0.1:80"}
    assert settings_from_env(good).port == DEFAULT_PORT


@pytest.mark.parametrize(
    ("name", "value", "part"),
    [
        ("PILOTHOUSE_WEBHOOK_SECRET", " , ", "only commas"),
        ("PILOTHOUSE_GITHUB_API_URL", "http://github.example/api/v3", "must be https"),
        ("PILOTHOUSE_DATABASE_URL", "sqlite:///", "sqlite:///PATH"),
        ("PORT", "65536", "0 to 65535"),
        ("PORT", "80.5", "0 to 65535"),
        ("PILOTHOUSE_WRITE_PACE", "-1", "0 to 60"),
        ("PILOTHOUSE_VERIFY_PRIVATE", "10.0.0.0/8, yes", "it takes networks such as 10.0.0.0/8"),
    ],
)
def test_a_mistake_says_what_it_takes(good: dict[str, str], name: str, value: str, part: str) -> None:
    assert part in mistakes(good | {name: value})


def test_no_network_of_ours_is_open_to_health_checks_by_default(good: dict[str, str]) -> None:
    assert settings_from_env(good).verify_private == ()
    opened = settings_from_env(good | {"PILOTHOUSE_VERIFY_PRIVATE": "10.0.0.0/8"})
    assert [str(network) for network in opened.verify_private] == ["10.0.0.0/8"]


def test_a_key_of_another_kind_is_refused(good: dict[str, str]) -> None:
    good["PILOTHOUSE_PRIVATE_KEY"] = pem(ec.generate_private_key(ec.SECP256R1()))
    assert "not an RSA private key" in mistakes(good)


@pytest.mark.parametrize("form", [PrivateFormat.PKCS8, PrivateFormat.TraditionalOpenSSL])
def test_a_key_with_a_password_is_refused_and_one_without_is_taken(
    good: dict[str, str], form: PrivateFormat
) -> None:
    made = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    open_, closed = (
        made.private_bytes(Encoding.PEM, form, each).decode()
        for each in (NoEncryption(), BestAvailableEncryption(b"hunter2"))
    )
    assert app_from_env(good | {"PILOTHOUSE_PRIVATE_KEY": open_}).private_key == open_.strip()
    assert "not an RSA private key" in mistakes(good | {"PILOTHOUSE_PRIVATE_KEY": closed})


def test_a_damaged_key_is_told_to_whom_it_has_to_serve(good: dict[str, str], key: str) -> None:
    head, *lines, tail = key.strip().splitlines()
    damaged = good | {"PILOTHOUSE_PRIVATE_KEY": "\n".join([head, *lines[:4], tail])}
    assert settings_from_env(damaged).private_key  # by its form it is one
    with pytest.raises(SettingsError, match="the private key cannot be read"):
        app_from_env(damaged)
    odd = good | {"PILOTHOUSE_PRIVATE_KEY": "\n".join([head, *lines[:4], "A", tail])}
    assert "not an RSA private key" in mistakes(odd)


def test_the_key_may_lie_in_a_file_or_have_its_newlines_escaped(
    good: dict[str, str], key: str, tmp_path: Path
) -> None:
    file = tmp_path / "key.pem"
    file.write_text(key)
    escaped = settings_from_env(good | {"PILOTHOUSE_PRIVATE_KEY": key.replace("\n", "\\n")})
    del good["PILOTHOUSE_PRIVATE_KEY"]
    from_file = settings_from_env(good | {"PILOTHOUSE_PRIVATE_KEY_FILE": str(file)})
    assert from_file.private_key == escaped.private_key == key.strip()
    missing = mistakes(good | {"PILOTHOUSE_PRIVATE_KEY_FILE": str(tmp_path / "none.pem")})
    assert "none.pem" in missing
    assert "PILOTHOUSE_PRIVATE_KEY or PILOTHOUSE_PRIVATE_KEY_FILE is missing" in mistakes(good)


def test_a_toml_file_gives_settings_and_the_environment_wins(good: dict[str, str], tmp_path: Path) -> None:
    file = tmp_path / "pilothouse.toml"
    file.write_text('port = 9000\nlog_level = "debug"\nobeyed_apps = [12, 34]\n')
    settings = settings_from_env(good | {"PILOTHOUSE_CONFIG": str(file), "PILOTHOUSE_LOG_LEVEL": "error"})
    assert settings.port == 9000
    assert settings.log_level == "error"
    assert settings.obeyed_apps == {12, 34}


def test_a_wrong_toml_file_is_named(good: dict[str, str], tmp_path: Path) -> None:
    file = tmp_path / "pilothouse.toml"
    assert "cannot be read" in mistakes(good | {"PILOTHOUSE_CONFIG": str(file)})
    file.write_text("port = ")
    assert "not valid TOML" in mistakes(good | {"PILOTHOUSE_CONFIG": str(file)})
    file.write_text("prot = 1")
    assert "prot is not a setting" in mistakes(good | {"PILOTHOUSE_CONFIG": str(file)})


def test_every_setting_is_documented() -> None:
    assert all(sentence.endswith(".") for sentence in NAMES.values())


@pytest.mark.parametrize(
    ("given", "public_url"),
    [
        ("", ""),
        ("https://bot.example.org/", "https://bot.example.org"),
        (" http://127.0.0.1:8080 ", "http://127.0.0.1:8080"),
    ],
)
def test_the_public_address_of_the_pages(good: dict[str, str], given: str, public_url: str) -> None:
    good["PILOTHOUSE_PUBLIC_URL"] = given

    assert settings_from_env(good).public_url == public_url


@pytest.mark.parametrize(
    "given",
    ["bot.example.org", "ftp://bot.example.org", "https://bot.example.org/ci", "https://bot.example.org?a"],
)
def test_a_public_address_that_is_none_is_told(good: dict[str, str], given: str) -> None:
    assert "PILOTHOUSE_PUBLIC_URL" in mistakes(good | {"PILOTHOUSE_PUBLIC_URL": given})


def test_a_public_address_without_encryption_is_refused(good: dict[str, str]) -> None:
    assert "must be https" in mistakes(good | {"PILOTHOUSE_PUBLIC_URL": "http://bot.example.org"})


@pytest.mark.parametrize(
    ("given", "share"), [("", 1.0), ("1", 1.0), (" 0.25 ", 0.25), ("0", 0.0), ("1e-3", 0.001)]
)
def test_the_share_of_traces_that_is_sent(good: dict[str, str], given: str, share: float) -> None:
    named = {"PILOTHOUSE_TRACES_SHARE": given} if given else {}

    assert settings_from_env(good | named).web.traces_share == share


@pytest.mark.parametrize("given", ["10%", "2", "-0.1", "nan", "inf"])
def test_a_share_that_is_none_is_told(good: dict[str, str], given: str) -> None:
    assert f"PILOTHOUSE_TRACES_SHARE is '{given}'" in mistakes(good | {"PILOTHOUSE_TRACES_SHARE": given})
