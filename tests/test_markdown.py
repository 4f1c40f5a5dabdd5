from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from bot.markdown import code, cut, details, escape, fence, html, link, marker, table

if TYPE_CHECKING:
    from collections.abc import Callable

RENDER = MarkdownIt("gfm-like", {"linkify": False})
HOSTILE = "@mona `x` <b>bold</b> **strong** [a](https://evil.example) #12 GH-7 www.evil.example ![i](x) https://evil.example"


def shown(markdown: str) -> str:
    """What a person reads: the text of the rendered HTML."""
    text = re.sub(r"<[^>]+>", "", RENDER.render(markdown))
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", '"').replace("&amp;", "&").strip()


def test_escaped_text_renders_as_nothing_but_text() -> None:
    rendered = RENDER.render(escape(HOSTILE))

    assert not re.search(r"<(?!/?p>)", rendered)
    assert shown(escape(HOSTILE)).replace("\u200b", "") == HOSTILE


@pytest.mark.parametrize(
    "trigger", ["@mona", "#12", "GH-12", "https://a.example", "www.a.example", "deadbeef1", ":tada:"]
)
def test_escape_breaks_every_trigger_of_a_link(trigger: str) -> None:
    assert trigger not in escape(f"see {trigger} there")
    assert trigger not in html(f"see {trigger} there")


@pytest.mark.parametrize("text", ["- a", "+ a", "1. a", "12) a", "=== a", "# a", "> a", "| a | b |"])
def test_escaped_text_begins_no_block(text: str) -> None:
    assert RENDER.render(escape(text)).startswith("<p>")


def test_escape_makes_one_line_without_control_characters() -> None:
    assert escape("a\r\nb\x1b[31m\u202ec") == "a b\\[31mc"


@given(st.text())
def test_no_text_renders_html_through_escape(text: str) -> None:
    assert not re.search(r"<(?!/?(?:p|br)\b)", RENDER.render(escape(text)))


@given(st.text(alphabet="`~\n\r aA<>@#|\\-"))
def test_nothing_breaks_out_of_a_fence(text: str) -> None:
    rendered = RENDER.render(fence(text) + "\n\nafter")

    assert rendered.count("<pre>") == 1
    assert rendered.endswith("</pre>\n<p>after</p>\n")


@given(st.text(alphabet="` \naA<*_[]|\\"))
def test_nothing_breaks_out_of_a_code_span(text: str) -> None:
    rendered = RENDER.render(f"before {code(text)} after")

    assert rendered.count("<code>") == (1 if text.strip() else 0)


def test_fence_names_its_language() -> None:
    assert fence("a ``` b", "text") == "````text\na ``` b\n````"


def test_code_span_keeps_backticks_at_its_ends() -> None:
    assert code("`a`") == "`` `a` ``"
    assert code(" \n ") == ""


def test_link_target_cannot_end_the_link() -> None:
    assert link("a", 'https://x.example/a b)"<') == "[a](https://x.example/a%20b%29%22%3C)"


def test_link_to_anything_but_http_is_no_link() -> None:
    assert link("a", "javascript:alert(1)") == "a"


def test_table_cells_cannot_end_their_cell() -> None:
    text = table(("a", "b"), [(code("x|y"), "1\n2"), ("c\\|d", "e")])

    assert text == "| a | b |\n| --- | --- |\n| `x\\|y` | 1 2 |\n| c\\|d | e |"


def test_details_leaves_room_for_markdown_inside() -> None:
    assert details("sum\nmary", "**x**") == "<details>\n<summary>sum mary</summary>\n\n**x**\n\n</details>"
    assert details("s", "x", is_open=True).startswith("<details open>")


def test_html_renders_no_tag_and_no_markup() -> None:
    assert html("<b> \"x\" 'y' *z*") == "&lt;b&gt; &quot;x&quot; &#39;y&#39; &#42;z&#42;"


def test_cut_counts_bytes_and_keeps_characters_whole() -> None:
    assert cut("short", 5) == "short"
    assert cut("ééééé", 7) == "éé…"
    assert len(cut("é" * 50, 20).encode()) <= 20


def test_marker_names_its_kind_and_key() -> None:
    assert marker("receipt", "17/0") == "<!-- pilothouse:receipt 17/0 -->"
    assert marker("summary") == "<!-- pilothouse:summary -->"


def test_marker_key_cannot_end_the_comment() -> None:
    assert marker("receipt", "a --> b").count(">") == 1


@pytest.mark.parametrize("make", [escape, code, fence, html])
def test_foreign_text_cannot_forge_a_marker(make: Callable[[str], str]) -> None:
    assert marker("summary") not in make(marker("summary"))
