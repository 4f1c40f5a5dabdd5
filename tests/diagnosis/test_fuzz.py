"""Whatever a log holds, it is read to an end, nothing of it renders and no secret gets out."""

from __future__ import annotations

import re
from dataclasses import asdict, replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from bot.diagnosis.reader import LogReader, load_parsers
from bot.diagnosis.reporting.render import render_check, render_summary
from tests.support.diagnosis import PAGE, facts, report
from tests.support.samples import sample_logs
from tests.support.secret_forms import SECRETS

if TYPE_CHECKING:
    from pathlib import Path

    from bot.diagnosis.model import Diagnosis


SIGNS = sorted({sign for parser in load_parsers() for sign in (*parser.signs, *parser.landmarks)})
STAMP = "2026-03-02T09:14:05.1234567Z "
HOSTILE = (
    "@octo/admins", "#12", "octo/boat#12", "GH-12", "https://evil.example/x", "www.evil.example", "<img src=x>",
    "<!-- -->", "![x](http://evil.example)", "[x](http://evil.example)", "```", "~~~~", "`", "``", "|", "\n# ",
    "</details>", "<script>", "a@evil.example", "1a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d", "&#64;octo", "\u202e",
    "\x00", "\ufeff", "\\", "*x*",
)  # fmt: skip
FRAMES = (
    "thread '{0}' panicked at src/{0}.rs:7:3:", "test {0} ... FAILED", "---- {0} stdout ----",
    "FAILED {0}::test_{0} - {0}", "error: {0}", "error[E0599]: {0}", "  --> {0}:7:3", "{0}:7:3: error: {0}",
    "E   AssertionError: {0}", "##[error]{0}", "##[group]Run {0}", "not ok 1 - {0}", "  \u25cf {0} \u203a {0}",
    "--- FAIL: {0} (0.00s)", "[ERROR] {0}:[7,3] {0}", "FAIL: {0}", "Error: {0}", "  1) {0}", "fatal: {0}",
    "::error file={0},line=3::{0}", "ERROR in {0}", "npm ERR! {0}",
)  # fmt: skip


TOGETHER = 7  # secrets in one log


def read(text: str) -> Diagnosis:
    reader = LogReader()
    reader.feed(text.encode("utf-8", "replace"))
    return reader.finish()


def log_around(lines: list[str]) -> str:
    body = "\n".join(f"{STAMP}{line}" for line in lines)
    return f"{STAMP}##[group]Run make\n{body}\n{STAMP}##[error]Process completed with exit code 1.\n"


LINES = st.lists(
    st.builds(
        lambda frame, words, sign: frame.format("".join(words)) + sign,
        st.sampled_from(FRAMES),
        st.lists(st.one_of(st.sampled_from(HOSTILE), st.text(max_size=8)), min_size=1, max_size=4),
        st.one_of(st.just(""), st.sampled_from(SIGNS)),
    ),
    max_size=14,
)


@settings(deadline=None, max_examples=120)
@given(LINES)
def test_any_log_is_read_to_an_end(lines: list[str]) -> None:
    diagnosis = read(log_around(lines))

    assert "parser failed" not in diagnosis.problem
    assert len(diagnosis.failures) <= 100
    for failure in diagnosis.failures:
        assert len(failure.excerpt) <= 30
        assert all(len(line) <= 300 for line in failure.excerpt)
        assert len(failure.message) <= 300
        assert "\n" not in failure.message
        assert not re.search(r"[\x00-\x08\x1b\u202a-\u202e\u2066-\u2069]", "".join(failure.excerpt))


@settings(deadline=None, max_examples=60)
@given(st.binary(max_size=400), st.lists(st.integers(1, 60), max_size=5))
def test_any_bytes_are_read_however_they_are_cut(data: bytes, cuts: list[int]) -> None:
    whole, pieces = LogReader(), LogReader()
    whole.feed(data)
    rest = data
    for cut in cuts:
        pieces.feed(rest[:cut])
        rest = rest[cut:]
    pieces.feed(rest)

    assert pieces.finish() == whole.finish()


RENDER = MarkdownIt("gfm-like", {"linkify": False, "html": True})


@settings(deadline=None, max_examples=80)
@given(LINES)
def test_nothing_that_a_log_says_renders(lines: list[str]) -> None:
    """From the log to the comment: no mention, link, image, tag or heading of it becomes more than text."""
    told = replace(report("CI"), diagnosis=read(log_around(lines)))
    summary, check = render_summary(facts(told)), render_check(facts(told))

    for text in (summary, check.text, check.summary):
        rendered = RENDER.render(text)
        assert all(url.startswith(PAGE) for url in re.findall(r"<a href=\"([^\"]*)\"", rendered))
        assert "<img" not in rendered
        assert "<script" not in rendered
        outside = re.sub(r"(?s)<code[^>]*>.*?</code>|<a href=.*?</a>|<!--.*?-->", "", rendered)
        assert not re.search(r"@octo|evil\.example|octo/boat#12|GH-12", outside)


@pytest.mark.parametrize("frame", [*FRAMES, "running with {0} now"])
def test_no_secret_of_any_form_gets_out_of_a_log(frame: str) -> None:
    secrets = list(SECRETS.values())
    for start in range(0, len(secrets), TOGETHER):
        few = secrets[start : start + TOGETHER]
        lines = [line for one in few for line in (frame.format(one), f"error: after it {one} came", "FAILED")]

        said = str(asdict(read(log_around(lines))))

        assert not any(one in said for one in few)


@pytest.mark.parametrize("log", sample_logs()[::15], ids=lambda log: f"{log.parent.name}/{log.stem}")
def test_secrets_sown_into_real_logs_do_not_get_out(log: Path) -> None:
    """In the middle of what each tool writes: behind a word, a path, a test's name."""
    text = log.read_text(encoding="utf-8", errors="replace")
    secret = SECRETS["classic token"]

    for place in ("/", "::", ": ", " "):
        assert secret not in str(asdict(read(text.replace(place, f"{place}{secret}{place}"))))


def test_the_comment_of_a_hostile_step_renders_nothing() -> None:
    diagnosis = replace(read(log_around(["error: no wind"])), step="<img src=x> @octo/admins")

    rendered = RENDER.render(render_summary(facts(replace(report("CI"), diagnosis=diagnosis))))

    assert "<img" not in rendered
