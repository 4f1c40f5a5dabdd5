"""The nouns of the command language, and how a text becomes the start of a flow."""

from __future__ import annotations

from dataclasses import replace

import msgspec
import pytest

from bot.commands.hear import hear
from bot.commands.model import Call, Head, ObeyRequest, Source
from bot.github.models import Permission
from tests.support.commands import GRAMMARS, HEAD, command, obey_request


@pytest.mark.parametrize(
    ("source", "key"),
    [
        (Source.COMMENT, "123"),
        (Source.REVIEW, "review-123"),
        (Source.DESCRIPTION, "description-22-5"),
        (Source.BUTTON, "button-123-guid"),
    ],
)
def test_every_text_has_a_key_of_its_own(source: Source, key: str) -> None:
    request = replace(obey_request(command()), source=source, press="guid")
    assert request.key == key
    assert request.run_id == f"obey-{key}"


def test_a_text_with_commands_starts_their_obeying() -> None:
    (start,) = hear(obey_request(), "Hello\n/ping\n/help", GRAMMARS)
    assert (start.flow, start.run_id, start.partition) == ("obey", "obey-123", "octo/harbour#5")
    assert [each.line for each in start.request.commands] == ["/ping", "/help"]


def test_a_text_without_commands_starts_nothing() -> None:
    assert hear(obey_request(), "Hello /ping", GRAMMARS) == ()


def test_a_request_survives_its_storage() -> None:
    """Mistakes and flags included: it is a stored format."""
    (start,) = hear(obey_request(), "/deploy a --param b=c --plan\n/deploy", GRAMMARS)
    stored = msgspec.json.encode(start.request)
    assert msgspec.json.decode(stored, type=ObeyRequest) == start.request


def test_a_body_that_pins_the_head_must_ask_for_it() -> None:
    call = Call(command=command(), request=obey_request(), permission=Permission.READ)
    with pytest.raises(ValueError, match="/ping does not ask for the head"):
        _ = call.pinned
    head = Head(sha=HEAD, ref="feature")
    assert replace(call, head=head).pinned == head
