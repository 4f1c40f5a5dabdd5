from __future__ import annotations

import pytest

from bot.diagnosis.model import Location
from bot.diagnosis.places import location, locations_in, path_in_repository


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/home/runner/work/boat/boat/src/hull.rs", "src/hull.rs"),
        ("/Users/runner/work/boat/boat/src/hull.rs", "src/hull.rs"),
        ("D:\\a\\boat\\boat\\src\\hull.rs", "src/hull.rs"),
        ("/__w/boat/boat/src/hull.rs", "src/hull.rs"),
        ("/github/workspace/src/hull.rs", "src/hull.rs"),
        ("/home/travis/build/octo/boat/src/hull.rs", "src/hull.rs"),
        ("/builds/workspace/boat/src/hull.rs", "src/hull.rs"),
        ("././src/hull.rs", "src/hull.rs"),
        ("src\\hull.rs", "src/hull.rs"),
        ("/usr/include/stdio.h", "/usr/include/stdio.h"),
    ],
)
def test_a_path_in_a_checkout_is_a_path_in_the_repository(path: str, expected: str) -> None:
    assert path_in_repository(path) == expected


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("  --> src/hull.rs:12:5", ("src/hull.rs", 12, 5)),
        ("src/hull.ts(12,5): error", ("src/hull.ts", 12, 5)),
        ("hull.cpp(12) : error", ("hull.cpp", 12, None)),
        ("[ERROR] /a/Hull.java:[12,5] no", ("/a/Hull.java", 12, 5)),
        ('  File "boat/hull.py", line 12, in f', ("boat/hull.py", 12, None)),
        ("boat/hull.sh: line 12: x", ("boat/hull.sh", 12, None)),
        ("on main.tf line 12, in locals:", ("main.tf", 12, None)),
        ("at app/[id]/page.tsx:12:5)", ("app/[id]/page.tsx", 12, 5)),
        ("(hull.rb:12:in `x')", ("hull.rb", 12, None)),
    ],
)
def test_the_usual_forms_of_places_are_read(text: str, place: tuple[str, int, int | None]) -> None:
    assert list(locations_in(text)) == [Location(path=place[0], line=place[1], column=place[2])]


@pytest.mark.parametrize(
    "text", ["12:30:01 tick", "https://x.example:8080/a", "version 1.2:3", "no place at all", "a.b"]
)
def test_what_is_no_place_is_not_read(text: str) -> None:
    assert list(locations_in(text)) == []


def test_several_places_come_in_order() -> None:
    assert [place.line for place in locations_in("a.rs:1 b.rs:2:3")] == [1, 2]


def test_an_empty_column_is_none() -> None:
    assert location("a.go", "3", "") == Location(path="a.go", line=3)
