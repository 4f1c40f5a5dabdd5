"""The settings about costs: whose AWS is read, where notices go, what is refused at the start."""

from __future__ import annotations

import pytest

from bot.config.cost_settings import CostSettings, cost_settings_from


def read(values: dict[str, str]) -> tuple[CostSettings, list[str]]:
    """This function will read settings given by their names without the prefix."""
    mistakes: list[str] = []
    found = cost_settings_from({f"PILOTHOUSE_{name}": value for name, value in values.items()}, mistakes)
    return found, mistakes


def test_without_settings_no_repository_reaches_anything() -> None:
    found, mistakes = read({})
    assert (found, mistakes) == (CostSettings(), [])
    assert not found.allows_aws("acme/rocket")
    assert not found.allows_local("acme/rocket")
    assert not found.allows_notices("acme/rocket")


def test_named_repositories_are_allowed_however_their_names_are_written() -> None:
    found, mistakes = read(
        {
            "AWS_REPOSITORIES": "Acme/Rocket, acme/boat",
            "LOCAL_REPOSITORIES": "acme/boat",
            "NOTICE_REPOSITORIES": "acme/rocket",
        }
    )
    assert mistakes == []
    assert found.allows_aws("acme/rocket")
    assert found.allows_aws("ACME/boat")
    assert not found.allows_aws("acme/rock")
    assert found.allows_local("Acme/Boat")
    assert not found.allows_local("acme/rocket")
    assert found.allows_notices("acme/rocket")
    assert not found.allows_notices("acme/boat")


def test_webhooks_are_known_by_their_names_and_mail_by_its_server() -> None:
    found, mistakes = read(
        {
            "CHAT_WEBHOOKS": "ops=https://hooks.example.org/a/b=, dev = http://127.0.0.1:9/x",
            "SMTP_URL": "smtps://bot:secret@mail.example.org:465",
            "MAIL_FROM": "bot@example.org",
            "AWS_ENDPOINT_URL": "http://127.0.0.1:5000/",
        }
    )
    assert mistakes == []
    assert found.chat_webhooks == {"ops": "https://hooks.example.org/a/b=", "dev": "http://127.0.0.1:9/x"}
    assert found.aws_endpoint_url == "http://127.0.0.1:5000"
    assert found.mail_from == "bot@example.org"
    assert "secret" not in repr(found)
    assert "hooks.example.org" not in repr(found)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"AWS_REPOSITORIES": "acme/*"}, "PILOTHOUSE_AWS_REPOSITORIES has acme/*"),
        ({"LOCAL_REPOSITORIES": "rocket"}, "PILOTHOUSE_LOCAL_REPOSITORIES has rocket"),
        ({"AWS_ENDPOINT_URL": "http://aws.example.org"}, "takes an https address"),
        ({"AWS_ENDPOINT_URL": "http://[::1"}, "takes an https address"),
        ({"CHAT_WEBHOOKS": "https://hooks.example.org/a"}, "takes name=https://"),
        ({"CHAT_WEBHOOKS": "ops=http://hooks.example.org/a"}, "takes name=https://"),
        ({"SMTP_URL": "mail.example.org", "MAIL_FROM": "b@c"}, "PILOTHOUSE_SMTP_URL is no such address"),
        (
            {"SMTP_URL": "smtp://u:secret@h:99999", "MAIL_FROM": "b@c"},
            "PILOTHOUSE_SMTP_URL is no such address",
        ),
        ({"SMTP_URL": "smtp://mail.example.org"}, "PILOTHOUSE_MAIL_FROM is needed"),
    ],
)
def test_what_cannot_be_used_is_told_without_its_secret(values: dict[str, str], message: str) -> None:
    _, (found,) = read(values)
    assert message in found
    assert "secret" not in found


def test_the_token_of_scrapes_is_long_enough_and_in_no_text() -> None:
    found, mistakes = read({"METRICS_TOKEN": " sixteen letters! "})
    assert (found.metrics_token, mistakes) == ("sixteen letters!", [])
    assert "sixteen" not in repr(found)

    _, mistakes = read({"METRICS_TOKEN": "short"})
    (mistake,) = mistakes
    assert mistake.startswith("PILOTHOUSE_METRICS_TOKEN has 5 characters;")
    assert "takes 16 or more" in mistake
