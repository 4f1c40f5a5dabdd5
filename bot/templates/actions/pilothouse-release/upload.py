"""Uploads files to the draft release of a tag, which Pilothouse makes, and sees that each arrived whole."""

from __future__ import annotations

import hashlib
import json
import os
import time
from pathlib import Path
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import quote
from urllib.request import Request, urlopen

PAUSE = 10  # seconds
TRIES = 4  # at a request that GitHub does not answer
ITS_FAULT = 500
TOO_MANY = 429


def failed(text: str) -> SystemExit:
    """This function will end the job with a sentence that stands on the page of the run."""
    return SystemExit(f"::error::{text}")


def call(method: str, url: str, body: bytes | None = None, kind: str = "application/json") -> Any:
    """This function will ask GitHub, again where it does not answer."""
    headers = {
        "Accept": "application/vnd.github+json",
        "Authorization": f"Bearer {os.environ['GITHUB_TOKEN']}",
        "Content-Type": kind,
        "User-Agent": "pilothouse-release",
        "X-GitHub-Api-Version": "2026-03-10",
    }
    for left in reversed(range(TRIES)):
        try:
            with urlopen(Request(url, body, headers, method=method), timeout=300) as answer:
                content = answer.read()
                return json.loads(content) if content else None
        except HTTPError as error:
            if not left or (error.code < ITS_FAULT and error.code != TOO_MANY):
                raise failed(f"GitHub answered {error.code} to {method} {url.partition('?')[0]}") from error
        except URLError as error:
            if not left:
                raise failed(f"GitHub was not reached: {error.reason}") from error
        time.sleep(PAUSE * (TRIES - left))
    return None


def listed(url: str) -> list[dict[str, Any]]:
    """This function will read a list of GitHub's, page by page."""
    found: list[dict[str, Any]] = []
    while True:
        page = call("GET", f"{url}?per_page=100&page={len(found) // 100 + 1}")
        found += page
        if len(page) < 100:  # noqa: PLR2004 - a full page
            return found


def release_of(tag: str, releases: str, patience: int) -> dict[str, Any]:
    """This function will wait for the release of a tag: Pilothouse's draft comes at about the same time as the tag.

    Where nobody makes one, a draft is made here, and published by a person.
    """
    end = time.monotonic() + patience
    while True:
        found = [each for each in listed(releases) if each["tag_name"] == tag]
        if found:  # one that is published counts before a draft: nothing may be added to it
            return min(found, key=lambda each: (bool(each["draft"]), each["id"]))
        if time.monotonic() >= end:
            break
        print(f"waiting for the draft of {tag}", flush=True)
        time.sleep(min(PAUSE, patience))
    print(
        f"::notice::nobody has made a draft for {tag}, so it is made here; whoever publishes it writes its notes"
    )
    body = json.dumps({"tag_name": tag, "name": tag, "draft": True, "generate_release_notes": True})
    return dict(call("POST", releases, body.encode()))


def upload(release: dict[str, Any], file: Path, there: dict[str, dict[str, Any]]) -> None:
    """This function will upload a file, unless it is there already as it should be."""
    content = file.read_bytes()
    digest = f"sha256:{hashlib.sha256(content).hexdigest()}"
    before = there.get(file.name)
    if before is not None and before["state"] == "uploaded" and before.get("digest") == digest:
        print(f"{file.name} is there")
        return
    if not release["draft"]:
        raise failed(
            f"{release['tag_name']} is published without this {file.name}: what is published stays as it is"
        )
    if before is not None:  # of an earlier attempt of this run
        call("DELETE", before["url"])
    place = release["upload_url"].partition("{")[0]
    made = call("POST", f"{place}?name={quote(file.name)}", content, "application/octet-stream")
    if made["size"] != len(content) or made.get("digest") not in {digest, None}:
        raise failed(
            f"{file.name} has not arrived whole: {made['size']} of {len(content)} bytes, {made.get('digest')}"
        )
    print(f"{file.name}: {len(content):,} bytes, {digest}")


def main() -> None:
    """This function will upload every file of the folder, the checksums last."""
    told = os.environ
    releases = f"{told['GITHUB_API_URL']}/repos/{told['GITHUB_REPOSITORY']}/releases"
    release = release_of(told["TAG"], releases, int(told.get("PATIENCE", "900")))
    there = {each["name"]: each for each in listed(f"{releases}/{release['id']}/assets")}
    files = sorted(Path(told["FOLDER"]).iterdir(), key=lambda file: (file.name == "SHA256SUMS", file.name))
    for file in files:
        upload(release, file, there)


if __name__ == "__main__":
    main()
