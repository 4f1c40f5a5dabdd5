from __future__ import annotations

from dataclasses import replace

import pytest

from bot.diagnosis.model import Cause, Location
from bot.diagnosis.verdict.sameness import are_same, is_specific
from tests.support.diagnosis import FAILURE

BARE = replace(FAILURE, tests=(), locations=(), cause=Cause.COMPILE)
HERE, THERE = Location(path="src/hull.rs", line=7), Location(path="src/mast.rs", line=7)


@pytest.mark.parametrize(
    "message",
    [
        "",
        "Process completed with exit code 1.",
        "make: *** [Makefile:12: test] Error 2",
        "The command 'npm test' exited with 1",
        "Execution failed for task ':test'.",
        "Execution failed for task ':app:compileJava'.",
        "There were failing tests. See the report at: file:///tmp/index.html",
        "error: could not compile `boat` (lib) due to 2 previous errors",
        "npm ERR! code ELIFECYCLE",
        "AssertionError",
        "script returned exit code 127",
        "/home/runner/work/_temp/1f2e.sh: line 3: 12345 Aborted (core dumped)",
    ],
)
def test_what_any_failure_may_say_proves_nothing(message: str) -> None:
    assert not is_specific(replace(BARE, message=message))


@pytest.mark.parametrize(
    "message",
    [
        "no matching package named `rigging` found",
        "cannot find function `hoist` in module `mast`",
        "Could not resolve dependency: peer sail@2 from harbour@1",
    ],
)
def test_a_message_of_its_own_is_telling(message: str) -> None:
    assert is_specific(replace(BARE, message=message))


def test_a_named_test_is_telling_and_an_unknown_cause_is_not() -> None:
    assert is_specific(replace(FAILURE, message=""))
    assert not is_specific(replace(BARE, message="the mast of the ship broke", cause=Cause.UNKNOWN))
    assert not is_specific(replace(BARE, message="the mast of the ship broke", cause=Cause.CANCELLED))


def test_the_same_words_at_another_place_are_another_failure() -> None:
    types = replace(BARE, message="mismatched types", locations=(HERE,))

    assert are_same(types, types)
    assert are_same(types, replace(types, locations=(THERE, replace(HERE, line=90))))
    assert not are_same(types, replace(types, locations=(THERE,)))
    assert not are_same(types, replace(types, locations=()))
    assert not are_same(types, replace(types, fingerprint="f2"))


def test_the_same_words_about_other_code_are_another_failure() -> None:
    types = replace(
        BARE,
        message="mismatched types",
        locations=(HERE,),
        excerpt=("error[E0308]: mismatched types", "7 | a + b"),
    )
    moved = replace(types, excerpt=("error[E0308]: mismatched types", "93 | a + b"))
    other = replace(types, excerpt=("12 | hoist(mast)", "   | ^^^^ expected `Sail`, found `Mast`", "no sail"))

    assert are_same(types, moved)
    assert not are_same(types, other)


def test_a_named_test_is_the_same_wherever_it_fails() -> None:
    assert are_same(FAILURE, replace(FAILURE, locations=(THERE,)))


def test_without_places_the_words_alone_decide() -> None:
    told = replace(BARE, message="no matching package named `rigging` found")

    assert are_same(told, told)
    assert not are_same(replace(told, message="error"), replace(told, message="error"))
