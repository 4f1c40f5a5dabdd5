"""Finds what a policy says about merging that cannot be meant."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bot.config.patterns import problem_of_pattern
from bot.config.sense import sense_of_freeze
from bot.config.terms import parse_duration
from bot.github.models import Permission

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from bot.config.merging import MergeConfig
    from bot.config.sense import Mistake

MOST_OPEN = 2  # repeats without a bound in a pattern that meets titles, which anybody may write
OWN_CHECK = "pilothouse / merge"
_LOGIN = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,98})(?:_[A-Za-z0-9]+)?(?:\[bot\])?")
_LONGEST_QUIET = parse_duration("1d")
# https://git-scm.com/docs/git-check-ref-format
_NO_REF = re.compile(r"//|\.\.|/\.|\.lock/|\./")


def sense_of_merge(merge: MergeConfig) -> Iterator[Mistake]:
    """This function will find what cannot be meant under the key `merge`."""
    for check in _CHECKS:
        for path, message in check(merge):
            yield ("merge", *path), message


def blank(key: str, values: Sequence[str], *, fold: bool = False) -> Iterator[Mistake]:
    """This function will find values that say nothing, and those that are there twice.

    Args:
        key: Where they are.
        values: In order.
        fold: Whether upper and lower case are the same, as in the names of labels.
    """
    seen: set[str] = set()
    for index, value in enumerate(values):
        name = value.casefold() if fold else value
        if not value.strip():
            yield (key, index), "it is empty"
        elif name in seen:
            yield (key, index), f"{value} is there twice"
        seen.add(name)


def _permission(merge: MergeConfig) -> Iterator[Mistake]:
    if not merge.permission.covers(Permission.TRIAGE):
        yield ("permission",), "whoever can read the repository could merge; it takes triage or more"


def _named_checks(merge: MergeConfig) -> Iterator[Mistake]:
    yield from blank("checks", merge.checks or ())
    for index, name in enumerate(merge.checks or ()):
        if name == OWN_CHECK:
            yield ("checks", index), "the bot's own check run on merging does not count for itself"
        elif "*" in name:
            yield ("checks", index), "checks are named in full; * stands for itself only"


def _labels(merge: MergeConfig) -> Iterator[Mistake]:
    yield from blank("blocking_labels", merge.blocking_labels, fold=True)
    yield from blank("priority_labels", merge.priority_labels, fold=True)
    blocking = {label.casefold() for label in merge.blocking_labels}
    if merge.label.casefold() in blocking:
        yield ("label",), "it asks for merges, and blocking_labels says that it stops them"
    for index, label in enumerate(merge.priority_labels):
        if label.casefold() in blocking:
            yield ("priority_labels", index), "blocking_labels says that it stops merges"


def _titles(merge: MergeConfig) -> Iterator[Mistake]:
    for index, pattern in enumerate(merge.blocking_titles):
        problem = problem_of_pattern(pattern, most_open=MOST_OPEN)
        if problem:
            yield ("blocking_titles", index), problem
        elif re.search(pattern, "") is not None:
            yield ("blocking_titles", index), "it is found in every title, so nothing would ever be merged"


def _automatic(merge: MergeConfig) -> Iterator[Mistake]:
    blocking = {label.casefold() for label in merge.blocking_labels}
    for number, rule in enumerate(merge.automatic):
        for index, author in enumerate(rule.authors):
            if not _LOGIN.fullmatch(author):
                yield ("automatic", number, "authors", index), "it takes a login, without @"
        for index, label in enumerate(rule.labels):
            if label.casefold() in blocking:
                yield ("automatic", number, "labels", index), "blocking_labels says that it stops merges"
        for key, values in (("labels", rule.labels), ("branches", rule.branches), ("files", rule.files)):
            for path, message in blank(key, values):
                yield ("automatic", number, *path), message


def _quiet(merge: MergeConfig) -> Iterator[Mistake]:
    if parse_duration(merge.quiet) > _LONGEST_QUIET:
        yield ("quiet",), "it takes a day at most"


def _freeze(merge: MergeConfig) -> Iterator[Mistake]:
    yield from sense_of_freeze(merge.freeze)


def _train(merge: MergeConfig) -> Iterator[Mistake]:
    if merge.train is not None and _NO_REF.search(merge.train.branch):
        yield ("train", "branch"), "git has no branches that are named so"


_CHECKS: tuple[Callable[[MergeConfig], Iterator[Mistake]], ...] = (
    _permission,
    _named_checks,
    _labels,
    _titles,
    _automatic,
    _quiet,
    _freeze,
    _train,
)
