"""Finds where a fix removes, skips, empties or loosens tests."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from bot.commands.reasons import Reason
from bot.markdown import code
from bot.supervision.fixing.guards.asserting import expectations, same_form
from bot.supervision.fixing.guards.languages.known import language_of
from bot.supervision.fixing.guards.model import Finding, condition
from bot.supervision.fixing.guards.reading import read_code
from bot.supervision.fixing.guards.suites import OUTSIDE, read_suite

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bot.decisions.model import Condition
    from bot.supervision.fixing.guards.languages.model import Language, Sign
    from bot.supervision.fixing.guards.model import Change
    from bot.supervision.fixing.guards.suites import TestCode

# What tests compare with, kept in files of their own.
_KEPT = re.compile(
    r"(?:^|/)(?:__snapshots__|snapshots|goldens?|testdata|expected|__fixtures__|tests?/(?:[^/]+/)*(?:data|fixtures))/"
    r"|\.(?:snap|ambr|golden|snap\.new|stderr|stdout)$|\.approved\.\w+$|(?:^|/)expected[._-][^/]*$",
    re.IGNORECASE,
)
_SMALL = 20  # signs of code that a test may lose without a word
_LEAST = 2  # of a test there must be left at least one part in so many
_LONGEST = 60  # characters of a value that are told


def tests(changes: Sequence[Change]) -> Condition:
    """This function will see whether all tests are still there, are run, and expect what they expected."""
    found = [*_gone(changes), *_suites(changes), *_left_out(changes), *_kept(changes)]
    met = "It removes, skips and weakens no test."
    return condition("tests", Reason.FIX_REMOVES_TESTS, met, found, "It removes, skips or weakens tests")


def _gone(changes: Sequence[Change]) -> Iterator[Finding]:
    for change in changes:
        language = language_of(change.path)
        if change.after is None and language is not None and language.holds_tests(change.path):
            yield Finding(path=change.path, text="belongs to the tests and is removed")


def _suites(changes: Sequence[Change]) -> Iterator[Finding]:
    """Tests that are not what they were, wherever in the change they stand now."""
    before = read_suite(
        ((each.path, each.before) for each in changes if each.before is not None), only_run=False
    )
    after = read_suite(((each.path, each.after) for each in changes if each.after is not None), only_run=True)
    for name, was in before.items():
        now = after.get(name)
        if now is None or now.count < was.count:
            if name != OUTSIDE:
                yield Finding(path=was.path, text=f"loses {code(name)}")
        elif why := _weaker(was, now, is_test=name != OUTSIDE):
            yield Finding(path=was.path, text=f"{code(name)} {why}".strip())


def _weaker(was: TestCode, now: TestCode, *, is_test: bool) -> str:
    """Why a test holds less than it did; empty where it does not."""
    if is_test and now.weight * _LEAST < was.weight and was.weight - now.weight > _SMALL:
        return "loses most of its code"
    if was.asserts.total() > now.asserts.total():
        return f"asserts {was.asserts.total() - now.asserts.total()} times less"
    missing = _told_only_by(was, now) - _told_only_by(now, was)
    if not missing:
        return ""
    return f"no longer asserts {code(min(missing).removeprefix('text ')[:_LONGEST])}"


def _told_only_by(side: TestCode, other: TestCode) -> Counter[str]:
    """What the assertions compare that the other side does not have, or has less often."""
    forms = {same_form(one): one for one in side.asserts}
    had, has = (_formed(each.asserts) for each in (side, other))
    return expectations((forms[form] for form in (had - has).elements()), side.language)


def _formed(asserts: Counter[str]) -> Counter[str]:
    formed: Counter[str] = Counter()
    for one, count in asserts.items():
        formed[same_form(one)] += count
    return formed


def _left_out(changes: Sequence[Change]) -> Iterator[Finding]:
    """Marks that leave tests out, assertions that always hold, programs that end before they fail."""
    for change in changes:
        language = language_of(change.path)
        if change.after is None or language is None:
            continue
        was, now = (read_code(text or "", language).bare for text in (change.before, change.after))
        window = change.window(now)
        signs = language.exits
        if _is_of_tests(change.path, language, was, now):
            signs += language.skips + language.hollow
        yield from (
            Finding(path=change.path, text=f"gets {one.shown}")
            for one in signs
            if is_added(one, window, was, now)
        )


def is_added(sign: Sign, window: str, was: str, now: str) -> bool:
    """This function will say whether a sign stands in a text more often than before.

    Args:
        sign: what is looked for.
        window: the part of the new text that changed, which is looked at first: most files have no such sign.
        was: the text before.
        now: the new text.
    """
    return sign.pattern.search(window) is not None and _count(sign, now) > _count(sign, was)


def _count(sign: Sign, text: str) -> int:
    return sum(1 for _ in sign.pattern.finditer(text))


def _is_of_tests(path: str, language: Language, *texts: str) -> bool:
    return language.holds_tests(path) or any(
        pattern.search(text) for text in texts for pattern in language.tests
    )


def _kept(changes: Sequence[Change]) -> Iterator[Finding]:
    """Files that tests compare with."""
    for change in changes:
        if change.before is not None and _KEPT.search(change.path) and language_of(change.path) is None:
            words = [(text or "").split() for text in (change.before, change.after)]
            if words[0] != words[1]:
                yield Finding(path=change.path, text="is what tests compare with")
