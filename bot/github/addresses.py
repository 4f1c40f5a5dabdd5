"""Where GitHub's pages are and where its API is, each from the other, for every kind of GitHub."""

from __future__ import annotations

from urllib.parse import urlsplit

SITE = "https://github.com"
API = "https://api.github.com"
# Where data stays in a region, an enterprise has a name of its own below this.
# https://docs.github.com/en/enterprise-cloud@latest/admin/data-residency/about-github-enterprise-cloud-with-data-residency
_RESIDENT = ".ghe.com"
_SERVER = "/api/v3"  # https://docs.github.com/en/enterprise-server@latest/rest/quickstart
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})  # there only a local GitHub answers, at one address


def site_of(api_url: str) -> str:
    """This function will say where the pages are that belong to an API."""
    url = api_url.rstrip("/")
    host = urlsplit(url).hostname or ""
    if url == API:
        return SITE
    if host.startswith("api.") and host.endswith(_RESIDENT):
        return url.replace("//api.", "//", 1)
    return url.removesuffix(_SERVER)


def api_of(site: str) -> str:
    """This function will say where the API is that belongs to a site."""
    url = site.rstrip("/")
    host = urlsplit(url).hostname or ""
    if url == SITE:
        return API
    if host.endswith(_RESIDENT):
        return url.replace("//", "//api.", 1)
    return url if host in _LOOPBACK else url + _SERVER
