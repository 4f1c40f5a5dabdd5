"""Says whether a fingerprint is telling enough to take two failures for the same one."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bot.diagnosis.fingerprint import fold
from bot.diagnosis.model import Cause
from bot.diagnosis.places import path_in_repository

if TYPE_CHECKING:
    from bot.diagnosis.model import Failure

# What a failure without a test's name must say beside the words that any failure may say.
_WORDS = 3
_WORDS_AT_A_PLACE = 1  # … and where it names a file, which must then be the same
_ALIKE = 0.5  # of the quoted lines, numbers and paths folded away
_ADDRESS = re.compile(r"\S*://\S*|(?<!\S)[#/~]\S*/\S*")  # a folded path outside the repository, or a URL
_WORD = re.compile(r"[^\W\d]\w{2,}")
# Wrappers, build tools and shells say these of every failure: "Process completed with exit code 1",
# "make: *** [Makefile:7: test] Error 2", "Execution failed for task", "There were failing tests".
_GENERAL = frozenset(
    re.findall(
        r"\w+",
        """
    abort aborted aborting above action after all and any are assert assertion assertionerror bad because
    been before below build builds but cannot check checks code command commands compilation compile
    completed could crashed details did does due elifecycle encountered err errno error errored errors
    exception executing execution exit exited exiting expected fail failed failing fails failure failures
    false fatal find finished for found from get given goal got had has have info invalid job lifecycle
    line lint log make makefile message missing module more must non none not null occurred one operation
    output panicked previous problem problems process project raised reason received recipe refused
    report required result return returned returning returns run runner running script see shell should
    signal some status stderr stdout step stop stopped success target task terminated test tests that the
    there this thread threw traceback true unable undefined unexpected unhandled unknown value was were
    with without work workflow zero
    """,
    )
)


def is_specific(failure: Failure) -> bool:
    """This function will say whether the same fingerprint elsewhere tells anything about this failure.

    A failure that names its test does. Else the message must say more than that something failed: what a wrapper
    says stands for any failure at all.
    """
    if failure.tests:
        return True
    if failure.cause in {Cause.UNKNOWN, Cause.CANCELLED}:
        return False
    words = {word.lower() for word in _WORD.findall(_ADDRESS.sub(" ", fold(failure.message)))}
    return len(words - _GENERAL) >= (_WORDS_AT_A_PLACE if failure.locations else _WORDS)


def are_same(failure: Failure, other: Failure) -> bool:
    """This function will say whether two failures with one fingerprint are the same failure.

    "Mismatched types" in one file or piece of code is not "mismatched types" in another; a named test is the same
    wherever it fails.
    """
    if failure.fingerprint != other.fingerprint or not is_specific(failure):
        return False
    if failure.tests:
        return True
    here, there = _files(failure), _files(other)
    return (here == there or bool(here & there)) and _quote_alike(failure, other)


def _files(failure: Failure) -> frozenset[str]:
    return frozenset(path_in_repository(place.path) for place in failure.locations)


def _quote_alike(failure: Failure, other: Failure) -> bool:
    here, there = ({fold(line) for line in one.excerpt if line.strip()} for one in (failure, other))
    fewest = min(len(here), len(there))
    return len(here & there) >= _ALIKE * fewest
