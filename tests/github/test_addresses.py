"""GitHub's pages and its API, each found from the other."""

from __future__ import annotations

import pytest

from bot.github.addresses import api_of, site_of

PAIRS = [
    ("https://github.com", "https://api.github.com"),
    ("https://github.example.org", "https://github.example.org/api/v3"),
    ("https://octo.ghe.com", "https://api.octo.ghe.com"),
    ("http://127.0.0.1:8090", "http://127.0.0.1:8090"),
]


@pytest.mark.parametrize(("site", "api"), PAIRS)
def test_each_leads_to_the_other(site: str, api: str) -> None:
    assert site_of(api) == site
    assert api_of(site) == api
    assert site_of(f"{api}/") == site
    assert api_of(f"{site}/") == api
