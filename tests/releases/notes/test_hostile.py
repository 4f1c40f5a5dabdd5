"""Whatever commits, people and labels are called, the notes of a release show it and do nothing else."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from bot.releases.notes.changelog import render_changelog
from bot.releases.notes.entries import Section
from tests.support.notes import NOTES, WEB, change

if TYPE_CHECKING:
    from collections.abc import Iterator

    from markdown_it.token import Token

    from bot.releases.model import Change

RENDER = MarkdownIt("gfm-like", {"linkify": False})
NASTY = (
    *(
        "feat(",
        "): ",
        "fix!: ",
        "<b>",
        "</details>",
        "<!-- ",
        " -->",
        "`",
        "``",
        "~~~",
        "```\n",
        "@ada",
        "@acme/all",
    ),
    *(
        "#1",
        "GH-1",
        "https://evil.example",
        "www.evil.example",
        "[a](http://evil)",
        "![a](http://evil)",
        "](",
        "|",
    ),
    *(
        "\n# Big\n",
        "\n- ",
        "\n> ",
        "\n1. ",
        "\n\n",
        "***",
        "___",
        "$$",
        "&lt;",
        "\\",
        "\u202e",
        "a" * 40,
        "0" * 40,
    ),
    *("BREAKING CHANGE: ", "\n\nRefs: ", 'Revert "', '"', ":tada:", "- [ ] ", "\r", "\t", "\x00", "[^1]: x"),
)
texts = st.lists(st.sampled_from(NASTY), max_size=8).map("".join)
changes = st.builds(
    lambda title, body, login, number: change(title, number, body=body, login=login),
    texts,
    texts,
    texts,
    st.none() | st.integers(1, 9),
)
HEADINGS = {*map(str, Section), "New contributors"}
MENTION = re.compile(r"(?<![\w/])@[A-Za-z0-9]")


def tokens(markdown: str) -> Iterator[Token]:
    """This function will yield everything that the text renders as."""
    for token in RENDER.parse(markdown):
        yield token
        yield from token.children or ()


@settings(max_examples=300, deadline=None)
@given(st.lists(changes, max_size=4))
def test_nothing_renders(made: list[Change]) -> None:
    """There is no link, picture, heading, tag, mention or reference but our own."""
    found = list(tokens(render_changelog(replace(NOTES, changes=tuple(made)), "v1.5.0")))
    kinds = {token.type for token in found}
    assert not kinds & {"image", "html_inline", "fence", "code_block", "blockquote_open", "table_open", "hr"}
    hosts = [str(token.attrs["href"]) for token in found if token.type == "link_open"]
    assert all(host.startswith(WEB.removesuffix("acme/rocket")) for host in hosts), hosts
    blocks = [token.content for token in found if token.type == "html_block"]
    assert all(
        re.fullmatch(r"</?(?:details|summary)>.*\n?(?:<summary>[^<]*</summary>\n?)?", one) for one in blocks
    )
    headings = [after.content for token, after in pairwise(found) if token.type == "heading_open"]
    assert set(headings) <= HEADINGS
    numbers = {f"(#{one.number})" for one in made}
    for token in found:
        if token.type == "text":
            shown = token.content
            for number in numbers:
                shown = shown.replace(number, "")
            assert not MENTION.search(shown), shown
