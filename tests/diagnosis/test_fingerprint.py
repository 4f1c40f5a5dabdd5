from __future__ import annotations

import pytest

from bot.diagnosis.fingerprint import fingerprint, fold
from bot.diagnosis.model import Cause


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("took 3.2s", "took 17.91s"),
        ("at 0x7f3b2c001a20", "at 0x55d0c0ffee00"),
        ("open /tmp/boat.1a2b/keel: no such file", "open /var/tmp/x9/keel: no such file"),
        ("commit 1a2b3c4d5e6f7 is gone", "commit 9f8e7d6c5b4a3 is gone"),
        ("2026-03-01T12:00:00Z late", "2027-11-30 01:02:03.456Z late"),
        ("id 123e4567-e89b-12d3-a456-426614174000", "id 00000000-e89b-12d3-a456-426614174fff"),
        ("GET https://a.example/x failed", "GET https://b.example/y?z failed"),
        ("thread 'main' (1234) panicked", "thread 'main' (98) panicked"),
        ("a   b", "a b"),
        (r"in C:\a\boat\hull.cpp now", r"in D:\b\boat\hull.cpp now"),
    ],
)
def test_what_differs_between_runs_is_folded(one: str, other: str) -> None:
    assert fold(one) == fold(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("expected `u32`", "expected `keel`"),
        ("cannot find keel", "cannot find mast"),
        ("deadline exceeded", "facade exceeded"),
    ],
)
def test_different_failures_stay_different(one: str, other: str) -> None:
    assert fold(one) != fold(other)


def test_tool_cause_message_and_tests_make_the_fingerprint() -> None:
    first = fingerprint("pytest", Cause.TEST, "assert 3 == 4", ("a", "b"))

    assert first == fingerprint("pytest", Cause.TEST, "assert 5 == 6", ("b", "a", "a"))
    assert len(first) == 16
    assert first not in {
        fingerprint("jest", Cause.TEST, "assert 3 == 4", ("a", "b")),
        fingerprint("pytest", Cause.LINT, "assert 3 == 4", ("a", "b")),
        fingerprint("pytest", Cause.TEST, "assert x == 4", ("a", "b")),
        fingerprint("pytest", Cause.TEST, "assert 3 == 4", ("a",)),
    }
