from __future__ import annotations

import pytest

from bot.diagnosis.fingerprint import fingerprint, fold, fold_test
from bot.diagnosis.model import Cause


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("took 3.2s", "took 17.91s"),
        ("at 0x7f3b2c001a20", "at 0x55d0c0ffee00"),
        ("open /tmp/boat.1a2b/keel: no such file", "open /var/tmp/x9/keel: no such file"),
        ("commit 1a2b3c4d5e6f7 is gone", "commit 9f8e7d6c5b4a3 is gone"),
        ("commit 1a2b3c4 is gone", "commit 1234567 is gone"),
        ("2026-03-01T12:00:00Z late", "2027-11-30 01:02:03.456Z late"),
        ("on 2026-03-01 late", "on 2027-11-30 late"),
        ("Mon Jul 29 19:40:51 2019: late", "Tue Aug 6 01:02:03 2024: late"),
        ("29 July 2019, 7:40:51 PM UTC", "6 Aug 2024, 11:02:03 AM UTC"),
        ("id 123e4567-e89b-12d3-a456-426614174000", "id 00000000-e89b-12d3-a456-426614174fff"),
        ("GET https://a.example/x failed", "GET https://b.example/y?z failed"),
        ("thread 'main' (1234) panicked", "thread 'main' (98) panicked"),
        ("thread 'worker-3' panicked", "thread 'worker-12' panicked"),
        ("a   b", "a b"),
        (r"in C:\a\boat\hull.cpp now", r"in D:\b\boat\hull.cpp now"),
        (r"in D:\a\boat\boat\src\hull.cpp(7): no", "in /home/runner/work/boat/boat/src/hull.cpp(9): no"),
        (r"src\hull.cpp:7:1 no", "src/hull.cpp:9:12 no"),
        (r"open 'C:\\a\\boat\\boat\\x.txt'", "open '/Users/runner/work/boat/boat/x.txt'"),
        ("cannot write /tmp/tmpx8d9f3", "cannot write /tmp/tmp_k2j1"),
        ("cannot write /private/var/folders/zz/a1_b2/T/keel-x1", "cannot write /tmp/mast.Qz"),
        (r"cannot write C:\Users\runneradmin\AppData\Local\Temp\x1", "cannot write /tmp/y"),
        ("/home/mona/.cache/boat/keel.bin is torn", "/root/.cache/boat/keel.bin is torn"),
        ("Keel@1b2c3d4e sank", "Keel@7f00aa sank"),
        ("connect 10.1.0.82:52774->74.125.124.141:443", "connect 10.1.0.7:1->74.1.2.3:443"),
        ("listen [fe80::1:2ab]:80", "listen [fe80:0:0:0:9:8:7:6]:81"),
        ("seed 18446744073709551615", "seed 7"),
        ("goroutine 12 [running]", "goroutine 345 [running]"),
        ("port 8080 is in use (pid 99)", "port 41233 is in use (pid 12345)"),
        ("got 1.5e-7, 512MiB, 99%", "got 3, 4KiB, 1.25%"),
        ("\u2018keel\u2019 was not declared", "'keel' was not declared"),
        ("unresolved name `keel`", "unresolved name 'keel'"),
        ("boat.exe: exit code 3", "boat: exit code 101"),
        ("Build step at 09:14:05 broke", "Build step at 23:59:59.123 broke"),
    ],
)
def test_what_differs_between_runs_and_machines_is_folded(one: str, other: str) -> None:
    assert fold(one) == fold(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("expected `u32`", "expected `keel`"),
        ("cannot find keel", "cannot find mast"),
        ("deadline exceeded", "facade exceeded"),
        ("[E0599]: no such thing", "[E0432]: no such thing"),
        ("TS2345: no", "TS2551: no"),
        ("SC2086: no", "SC2046: no"),
        ("cannot find value `mast1`", "cannot find value `mast2`"),
        ("host 'web1.boat' is gone", "host 'web2.boat' is gone"),
        ("cannot find /usr/lib/libkeel.so", "cannot find /usr/lib/libmast.so"),
        ("in /home/runner/work/boat/boat/src/a/mod.rs", "in /home/runner/work/boat/boat/src/b/mod.rs"),
        ("No module named 'boat.keel'", "No module named 'boat.mast'"),
        ("would reformat src/keel.py", "would reformat src/mast.py"),
    ],
)
def test_different_failures_stay_different(one: str, other: str) -> None:
    assert fold(one) != fold(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("floats[<Keel object at 0x7f3b>]", "floats[<Keel object at 0x55d0>]"),
        ("floats (12 ms)", "floats (1.5 s)"),
        (r"tests\hull.py::floats", "tests/hull.py::floats"),
    ],
)
def test_a_test_is_called_the_same_on_every_run(one: str, other: str) -> None:
    assert fold_test(one) == fold_test(other)


def test_the_numbers_of_a_test_are_its_name() -> None:
    assert fold_test("floats[1]") != fold_test("floats[2]")
    assert fold_test("hull::floats_2") == "hull::floats_2"


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


@pytest.mark.parametrize("piece", ["1.", "/a", "C:\\", "ab:", "0x", "'a1", "Mon ", "12:", "é", "\\\\"])
def test_a_hostile_message_takes_no_time(piece: str) -> None:
    """The time-out of the suite fails what would need more than linear time."""
    assert len(fingerprint("t", Cause.TEST, piece * 100_000, (piece * 100_000,))) == 16
