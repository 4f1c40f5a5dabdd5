"""A notice says the same on every channel, and nothing in it becomes a mention, a link or another line."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.costs.notices.model import Channel, Fact, Gravity
from bot.costs.notices.words import AGAIN, chat_message, line, mail_subject, mail_text
from tests.support.notices import notice

if TYPE_CHECKING:
    from syrupy.assertion import SnapshotAssertion

HOSTILE = "<!channel> @here <https://evil.example|click> & `x` *b*\r\nBcc: all@example.org \u202etxt"


def test_the_message_of_a_chat(snapshot: SnapshotAssertion) -> None:
    assert chat_message(notice()) == snapshot


def test_a_mail(snapshot: SnapshotAssertion) -> None:
    assert f"{mail_subject(notice())}\n\n{mail_text(notice())}" == snapshot


@pytest.mark.parametrize("gravity", Gravity)
def test_every_gravity_has_a_sign_of_its_own(gravity: Gravity) -> None:
    signs = {one: chat_message(notice(gravity=one))["text"][:2] for one in Gravity}
    assert list(signs.values()).count(signs[gravity]) == 1


def test_nothing_foreign_mentions_links_or_breaks_a_line() -> None:
    """Slack reads <…> as links and mentions; other chats read @here in plain text."""
    told = notice(title=HOSTILE, text=HOSTILE, facts=(Fact(name="Agent", value=HOSTILE),))
    body = chat_message(told)
    texts = [body["text"], body["blocks"][0]["text"]["text"], body["blocks"][1]["text"]["text"]]
    assert "<!" not in body["text"]
    assert "<https://evil" not in body["text"]
    assert all("@here" not in text and "@\u2060here" in text for text in texts)
    assert all("\u202e" not in text for text in texts)
    marked = [block for block in body["blocks"] if "fields" in block or "elements" in block]
    for block in marked:
        for text in block.get("fields", block.get("elements")):
            assert text["verbatim"]
            assert "<!" not in text["text"]
    assert "\n" not in mail_subject(told)
    assert "\r" not in mail_subject(told)
    assert "Bcc" in mail_subject(told)  # as text of the one line


def test_what_is_told_again_says_so() -> None:
    assert AGAIN in chat_message(notice(), is_repeat=True)["text"]
    assert AGAIN not in chat_message(notice())["text"]


def test_no_secret_leaves_in_a_notice() -> None:
    told = notice(text="the token ghp_0123456789abcdefghijABCDEFGHIJ012345 was typed")
    assert "ghp_" not in chat_message(told)["text"]
    assert "ghp_" not in mail_text(told)


def test_long_words_stay_within_what_a_chat_takes() -> None:
    """A block that is too long has the whole message refused: invalid_blocks."""
    many = tuple(Fact(name=f"Fact {number}", value="v" * 3000) for number in range(23))
    body = chat_message(notice(title="t" * 500, text="x" * 5000, facts=many))
    head, text, *others = body["blocks"]
    assert len(head["text"]["text"]) == 150
    assert len(text["text"]["text"]) == 3000
    fields = [block["fields"] for block in others if "fields" in block]
    assert [len(each) for each in fields] == [10, 10, 3]
    assert all(len(one["text"]) <= 2000 for each in fields for one in each)
    assert len(mail_subject(notice(title="t" * 500))) == 180


def test_a_notice_without_text_has_no_empty_block() -> None:
    """A chat refuses a block whose text is empty."""
    kinds = [block["type"] for block in chat_message(notice(text="", facts=(), url=""))["blocks"]]
    assert kinds == ["header", "context"]


def test_an_address_that_is_none_is_left_out() -> None:
    told = notice(url="javascript:alert(1)")
    assert "javascript" not in str(chat_message(told))
    assert "javascript" not in mail_text(told)


def test_an_address_cannot_end_its_link() -> None:
    told = notice(url="https://github.com/a|b>c d")
    assert "<https://github.com/a%7Cb%3Ec%20d|Open the report>" in chat_message(told)["text"]


def test_one_line_is_one_line() -> None:
    assert line("a\r\nb\x00c\u2028d") == "a bcd"


def test_the_channels_of_a_notice_have_ids_of_their_own() -> None:
    ids = {notice().id_by(channel) for channel in Channel}
    assert len(ids) == len(Channel)
    assert notice(key="other").id_by(Channel.CHAT) not in ids
