"""Payloads are laid out for people, and hold neither secrets nor code."""

from __future__ import annotations

import json
import time

import pytest

from bot.web.dashboard.deliveries.payloads import readable
from tests.support.delivered import SECRET


def test_what_nobody_reads_is_left_out() -> None:
    """Addresses of GitHub's API are more than half of a payload."""
    said = {
        "labels_url": "https://api/x",
        "html_url": "https://github.com/x",
        "list": [{"git_url": "y", "id": 1}],
    }
    assert json.loads(readable(json.dumps(said).encode()).text) == {
        "html_url": "https://github.com/x",
        "list": [{"id": 1}],
    }


def test_a_number_that_is_called_like_an_address_stays() -> None:
    assert json.loads(readable(b'{"some_url": 5}').text) == {"some_url": 5}


def test_secrets_are_replaced_wherever_they_stand() -> None:
    text = readable(json.dumps({"a": SECRET, "b": [f"password={SECRET}"]}).encode()).text
    assert SECRET not in text
    assert text.count("***") == 2


@pytest.mark.parametrize(
    "body", [b"", b"{", b"\xff\xfe", b"<script>alert(1)</script>", b"[" * 2000, b"1e999"]
)
def test_what_is_no_json_is_shown_as_it_came(body: bytes) -> None:
    shown = readable(body)
    assert "<" not in shown.text
    assert shown.size == len(body)


def test_what_is_nested_too_deep_is_cut() -> None:
    shown = readable(b"[" * 100 + b"]" * 100)
    assert "…" in shown.text


def test_a_large_payload_is_shown_from_its_beginning() -> None:
    shown = readable(json.dumps({"first": 1, "rest": ["x" * 100] * 2000}).encode())
    assert shown.is_cut
    assert len(shown.text) < 41_000
    assert '"first": 1' in shown.text


@pytest.mark.parametrize("length", [41_000, 59_990, 60_010, 2_000_000])
@pytest.mark.parametrize("many", [1, 900])
def test_no_part_of_a_secret_is_shown_at_the_cut(length: int, many: int) -> None:
    """A secret that the cut goes through would not be known as one."""
    secrets = f"{SECRET} " * many
    for shift in range(0, 40, 7):
        body = json.dumps(
            {"a": "x " * ((length - shift - len(secrets)) // 2) + secrets + "y " * 20_000}
        ).encode()
        assert "ghp_" not in readable(body).text


def test_a_huge_payload_takes_no_longer_than_its_beginning() -> None:
    """GitHub sends up to 25 MB; whoever looks at that must not keep the process busy for a minute."""
    began = time.process_time()
    shown = readable(b'{"a": [' + b'"token=' + SECRET.encode() + b'", ' * 300_000)
    assert (shown.is_cut, time.process_time() - began < 2) == (True, True)
