"""The Markdown of comments: what GitHub shows is shown, what could run is not."""

from __future__ import annotations

import base64

import pytest

from bot.localhub.pages.markdown import render

SHA = "0123456789abcdef0123456789abcdef01234567"


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("<!-- pilothouse:summary -->\nhello", "<p>hello</p>"),
        ("one\ntwo", "<p>one<br>\ntwo</p>"),
        ("~~gone~~", "<p><s>gone</s></p>"),
        ("a <script>alert(1)</script> b", "<p>a  b</p>"),
        ('<img src="x" onerror="alert(1)">after', "after"),
        ('<b onclick="alert(1)">x</b>', "<p><b>x</b></p>"),
        ("[x](javascript:alert(1))", "<p>[x](javascript:alert(1))</p>"),
        ('<a href="javascript:alert(1)">x</a>', '<p><a rel="nofollow noreferrer">x</a></p>'),
        ('<a href="//evil.example">x</a>', '<p><a rel="nofollow noreferrer">x</a></p>'),
        ("<details><summary>More</summary>", "<details><summary>More</summary></details>"),
        ("</div></section>after", "after"),
        ("`@amara`", "<p><code>@amara</code></p>"),
        ("hello @amara!", '<p>hello <strong class="mention">@amara</strong>!</p>'),
        ("me@example.org", "<p>me@example.org</p>"),
        ("see #12", '<p>see <a href="/acme/harbour/issues/12">#12</a></p>'),
        (SHA, f'<p><a href="/acme/harbour/commit/{SHA}"><code>0123456</code></a></p>'),
        (
            "https://a.example/b.",
            '<p><a href="https://a.example/b" rel="nofollow noreferrer">https://a.example/b</a>.</p>',
        ),
        (
            "- [x] done\n- [ ] open",
            (
                '<ul>\n<li><input type="checkbox" disabled checked aria-label="done"> done</li>\n'
                '<li><input type="checkbox" disabled aria-label="to do"> open</li>\n</ul>'
            ),
        ),
        ("<svg><a href='https://x.example'>in</a></svg>out", "out"),
        ("1 &lt; 2 & 3", "<p>1 &lt; 2 &amp; 3</p>"),
    ],
)
def test_comment_is_rendered_safely(text: str, html: str) -> None:
    assert html in str(render(text, repository="acme/harbour"))


def test_table_keeps_its_alignment_without_styles() -> None:
    shown = render("| a | b |\n|--:|:-:|\n| 1 | 2 |", repository="acme/harbour")

    assert '<td align="right">1</td>' in shown
    assert '<td align="center">2</td>' in shown
    assert "style=" not in shown


def test_unclosed_tags_do_not_reach_beyond_the_comment() -> None:
    assert "both</i></b></p>" in render("<b>bold <i>both", repository="acme/harbour")


def test_language_of_a_fence_is_the_only_class() -> None:
    shown = render('```rust\nfn x() {}\n```\n<code class="mast">y</code>', repository="acme/harbour")

    assert '<code class="language-rust">' in shown
    assert "mast" not in shown


def test_mermaid_is_shown_as_a_frame_that_carries_its_text() -> None:
    shown = str(render('before\n\n```mermaid\npie\n  "a<b" : 1\n```\n\nafter', repository="acme/harbour"))

    source = base64.urlsafe_b64decode(shown.partition("/_/chart#")[2].partition('"')[0]).decode()
    assert source == 'pie\n  "a<b" : 1\n'
    assert '<iframe class="chart pie"' in shown
    assert 'sandbox="allow-scripts"' in shown
    assert "<pre" not in shown
    assert "<p>before</p>" in shown
    assert "<p>after</p>" in shown


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("```mermaid\nflowchart LR\n```", '<iframe class="chart" src='),
        ("```mermaid\n---\nconfig: {}\n---\nxychart-beta\n```", '<iframe class="chart xychart-beta" src='),
        ("```text\npie\n```", '<pre tabindex="0"><code class="language-text">pie\n</code></pre>'),
        ("<code class='language-mermaid'>pie</code>", '<code class="language-mermaid">pie</code>'),
        (
            "<pre>x<code class='language-mermaid'>pie</code></pre>",
            '<code class="language-mermaid">pie</code></pre>',
        ),
        ("<pre><code class='language-mermaid'><b>pie</b></pre>after", "</iframe>after"),
        ("<pre><code class='language-mermaid'>pie", "<pre"),
        ("<svg><pre><code class='language-mermaid'>pie</code></pre></svg>out", "out"),
    ],
)
def test_only_a_block_of_mermaid_is_a_chart(text: str, html: str) -> None:
    assert html in str(render(text, repository="acme/harbour"))
