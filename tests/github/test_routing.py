"""What is read of a delivery before it is read in full."""

from __future__ import annotations

import json

import pytest

from bot.github.events import Unreadable
from bot.github.routing import Routing, routing
from tests.support.payload_samples import PAYLOADS


@pytest.mark.parametrize(
    ("event", "partition"),
    [
        ("issue_comment", "octo/hello#3"),
        ("pull_request", "octo/hello#3"),
        ("workflow_run", "octo/hello#3"),
        ("check_run", "octo/hello#3"),
        ("check_suite", "octo/hello"),
        ("push", "octo/hello"),
        ("installation", "installation:7"),
        ("ping", "installation:0"),
    ],
)
def test_a_delivery_is_routed_by_what_it_is_about(event: str, partition: str) -> None:
    read = routing(json.dumps(PAYLOADS[event]).encode())
    assert isinstance(read, Routing)
    assert read.partition == partition
    assert read.action == PAYLOADS[event].get("action", "")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b'"text"',
        b"\xff\xfe",
        b'{"action": 1}',
        b'{"repository": {"full_name": "../x"}}',
        b'{"repository": []}',
        b'{"installation": {"id": "7"}}',
        b'{"issue": {"number": 99999999999999999999}}',
        b'{"x": ' + b"[" * 100_000,
        b'{"x": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
        b'{"a": "' + b"\\ud800" + b'", "action": "\xc3"}',
    ],
)
def test_a_body_that_is_no_delivery_is_unreadable(body: bytes) -> None:
    read = routing(body)
    assert isinstance(read, Unreadable)
    assert read.reason
