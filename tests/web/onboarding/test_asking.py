"""What the set-up asks, which answers it takes, and the manifest that comes of them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.config.manifest import read_manifest
from bot.web.onboarding.asking import Asked, Preset, asked_from, is_private, manifest_for

PRESET = Preset(public_url="", webhook_proxy="", site="https://github.com", name="Pilothouse")
GOOD = {
    "public_url": "https://bot.example.org/",
    "webhook_proxy": "",
    "site": "https://github.com",
    "owner": "own",
    "organization": "",
    "name": "Harbour pilot",
}


def asked(**answers: str) -> Asked:
    """Answers that are taken."""
    found = asked_from(GOOD | answers, PRESET)
    assert isinstance(found, Asked), found
    return found


def test_answers_are_read() -> None:
    made = asked(owner="organization", organization="octo-org")
    assert made.public_url == "https://bot.example.org"
    assert made.webhook_url == "https://bot.example.org/webhook"
    assert made.api_url == "https://api.github.com"
    assert made.registration("a b") == (
        "https://github.com/organizations/octo-org/settings/apps/new?state=a%20b"
    )
    assert asked().registration("s") == "https://github.com/settings/apps/new?state=s"


def test_github_enterprise_has_its_own_addresses() -> None:
    made = asked(site="https://github.example.org/")
    assert made.api_url == "https://github.example.org/api/v3"
    assert made.apps == "https://github.example.org/settings/apps"


def test_an_organization_that_was_not_chosen_is_not_used() -> None:
    """People try one radio button, type, and choose the other."""
    assert asked(owner="own", organization="octo-org").organization == ""


def test_a_github_that_the_environment_names_cannot_be_changed() -> None:
    preset = replace(PRESET, site="https://own.example", api_url="https://own.example/api/v3")
    made = asked_from(GOOD | {"site": "https://evil.example"}, preset)
    assert isinstance(made, Asked)
    assert (made.site, made.api_url) == ("https://own.example", "https://own.example/api/v3")


@pytest.mark.parametrize(
    ("answers", "field", "said"),
    [
        ({"public_url": "bot.example.org"}, "public_url", "without a path"),
        ({"public_url": "http://bot.example.org"}, "public_url", "https"),
        ({"public_url": "http://127.0.0.1:8080"}, "public_url", "cannot reach this address"),
        ({"public_url": "https://10.0.0.7"}, "public_url", "cannot reach this address"),
        ({"webhook_proxy": "https://smee.io"}, "webhook_proxy", "a channel"),
        ({"site": "github"}, "site", "GitHub Enterprise"),
        ({"site": "http://github.example.org"}, "site", "https"),
        ({"owner": "organization"}, "organization", "organization's name"),
        ({"owner": "organization", "organization": "../admin"}, "organization", "organization's name"),
        ({"owner": "organization", "organization": "a--b"}, "organization", "organization's name"),
        ({"name": " "}, "name", "needs a name"),
        ({"name": "…"}, "name", "needs a name"),
        ({"name": "x" * 35}, "name", "at most 34"),
    ],
)
def test_wrong_answers_say_what_to_do(answers: dict[str, str], field: str, said: str) -> None:
    found = asked_from(GOOD | answers, PRESET)
    assert not isinstance(found, Asked)
    assert list(found) == [field]
    assert said in found[field]
    assert found[field][0].isupper() or found[field].startswith("GitHub")


def test_a_machine_without_a_public_address_takes_a_channel() -> None:
    made = asked(public_url="http://127.0.0.1:8080", webhook_proxy="https://smee.io/AbCd")
    assert made.webhook_url == "https://smee.io/AbCd"
    manifest = manifest_for(made, read_manifest(), origin="http://127.0.0.1:8080")
    assert manifest["hook_attributes"]["url"] == "https://smee.io/AbCd"
    assert manifest["callback_urls"] == ["http://127.0.0.1:8080/sign-in/callback"]


@pytest.mark.parametrize(
    "url",
    [
        "http://localhost",
        "http://[::1]:8080",
        "https://10.1.2.3",
        "https://192.168.0.2",
        "https://172.20.0.1",
        "https://169.254.1.1",
        "https://box.local",
        "https://bot.internal",
        "https://bot",
    ],
)
def test_addresses_that_lead_nowhere_from_outside(url: str) -> None:
    assert is_private(url)


@pytest.mark.parametrize("url", ["https://bot.example.org", "https://172.33.0.1", "https://110.1.2.3"])
def test_addresses_that_may_be_reached(url: str) -> None:
    assert not is_private(url)


def test_every_permission_says_what_it_is_for() -> None:
    """The page shows it before GitHub does; what GitHub gives to every App needs no reason."""
    plan = read_manifest()
    assert set(plan.permissions) - set(plan.reasons) == {"metadata"}
    assert all(plan.reasons.values())
