from __future__ import annotations

import re
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from bot.diagnosis.model import Location
from bot.diagnosis.reporting.render import MOST_ANNOTATIONS, render_check, render_summary
from tests.support.diagnosis import FAILURE, PAGE, facts, failure, report

RENDER = MarkdownIt("gfm-like", {"linkify": False, "html": True})


def test_annotations_stand_on_the_lines_that_failed() -> None:
    twice = replace(
        FAILURE, locations=(*FAILURE.locations, *FAILURE.locations, Location(path="a.rs", line=0))
    )
    check = render_check(facts(report(failures=(twice,)), report("other", number=2, failures=(twice,))))

    assert [(one.path, one.start_line, one.end_line, one.level) for one in check.annotations] == [
        ("src/hull.rs", 73, 73, "failure")
    ]
    assert check.annotations[0].title == "test: CI / test"


def test_annotations_are_not_endless() -> None:
    many = replace(FAILURE, locations=tuple(Location(path="a.rs", line=n) for n in range(1, 900)))

    assert len(render_check(facts(report(failures=(many,)))).annotations) == MOST_ANNOTATIONS


HOSTILE = st.text(alphabet="`~<>@#|*_[]()!\\\n\r ab:/-&\"'=", max_size=80)


@settings(deadline=None, max_examples=200)
@given(message=HOSTILE, line=HOSTILE, test=HOSTILE, name=HOSTILE)
def test_nothing_from_a_log_renders(message: str, line: str, test: str, name: str) -> None:
    """No mention, link, HTML or Markdown of a log, a test's or a job's name becomes more than text."""
    hostile = replace(
        failure("x" + message, fingerprint="f"), excerpt=(line, line), tests=("t" + test,), step="s" + name
    )
    text = render_summary(facts(report("j" + name, failures=(hostile,)), report("k", number=2)))

    rendered = RENDER.render(text)
    ours = re.findall(r"<a href=\"([^\"]*)\"", rendered)
    assert all(url.startswith(PAGE) for url in ours)
    tags = set(re.findall(r"</?([a-zA-Z][a-zA-Z0-9]*)", re.sub(r"<!--.*?-->", "", rendered)))
    assert tags <= {"h3", "h4", "p", "a", "code", "strong", "pre", "details", "summary", "ul", "li"}
    outside = re.sub(r"(?s)<code[^>]*>.*?</code>", "", rendered)
    assert not re.search(r"@[A-Za-z]", outside)
