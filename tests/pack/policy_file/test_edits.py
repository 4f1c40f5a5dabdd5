from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.config.mistakes import plain
from bot.config.strangers_yaml import read_yaml
from bot.pack.policy_file.edits import Wanted, edited
from bot.pack.policy_file.yaml_text import Place, entry_lines

_TEXT = st.one_of(
    st.text(max_size=12),
    st.sampled_from(
        [
            *(
                "",
                " ",
                "yes",
                "Null",
                "~",
                "1",
                "0x1f",
                "1e3",
                "-",
                "- a",
                "a: b",
                "a #b",
                "#",
                "&a",
                "*a",
                "!x",
            ),
            *(
                "[a]",
                "{a",
                "a\\nb",
                "a\nb",
                "a\n\nb\n",
                " a\nb",
                "a\n",
                "a\n\n",
                "\ta",
                "a\tb",
                "'",
                '"',
                "%",
                "@",
            ),
            *(
                "2026-01-01",
                "12:30:00",
                "=",
                "<<",
                "\u2028",
                "\x85",
                "\ufeff",
                "é 🦀",
                "a\r\nb",
                "...",
                "---",
                "|",
            ),
            *(
                "echo 'x' | jq -r '.a[]' && \"$HOME\"/x",
                "${{ github.sha }}",
                "a:",
                ":a",
                "?a",
                "a b ",
                "x" * 120,
            ),
        ]
    ),
)
_SCALAR = st.one_of(_TEXT, st.none(), st.booleans(), st.integers(-9, 9))
_LIST = st.one_of(
    st.lists(_SCALAR, max_size=4),
    st.lists(st.dictionaries(_TEXT, _SCALAR, min_size=1, max_size=2), max_size=2),
)
_KEY = st.sampled_from([*"abcdef", "y", "on", "a b", "1"])
_MAPPING = st.recursive(
    st.dictionaries(_KEY, st.one_of(_SCALAR, _LIST), max_size=4),
    lambda inner: st.dictionaries(_KEY, st.one_of(inner, _SCALAR), max_size=4),
    max_leaves=8,
)


def _written(value: dict[str, Any], place: Place) -> str:
    """With a comment above each entry, and a blank line behind."""
    blank = " " * place.column
    lines = [
        line
        for key, one in value.items()
        for line in (f"{blank}# of {len(key)}", *entry_lines(key, one, place), "")
    ]
    return "\n".join([*lines, "# the end", ""])


@given(_MAPPING, st.integers(1, 4))
@settings(max_examples=50, deadline=None)
def test_what_is_written_is_read_as_it_was_meant(value: dict[str, Any], step: int) -> None:
    """Text that looks like a number, a mark or a comment stays text; blocks keep their lines."""
    assert plain(read_yaml(_written(value, Place(0, step)).encode()) or {}) == value


@given(_MAPPING, _MAPPING, st.integers(0, 3))
@settings(max_examples=80, deadline=None)
def test_a_text_says_what_it_shall_after_an_edit(
    before: dict[str, Any], after: dict[str, Any], column: int
) -> None:
    """Whatever stood there and whatever is wanted; comments of the whole survive, and a second edit does nothing."""
    text = _written({"top": before, "other": [1]}, Place(column, 2))
    had, want = {"top": before, "other": [1]}, {"top": after, "other": [1]}
    result = edited(text, Wanted(had=had, want=want, said=want))
    assert result is not None
    assert plain(read_yaml(result.encode())) == want
    assert result.count("# of") == 2
    assert result.endswith("# the end\n")
    assert edited(result, Wanted(had=want, want=want, said=want)) == result


def test_a_long_list_has_a_line_for_each() -> None:
    """A line of more than a hundred signs is not read by anybody."""
    short, long = (
        entry_lines("a", ["x", "y z", 1], Place(0)),
        entry_lines("a", ["x" * 60, "y" * 60], Place(2, 4)),
    )
    assert short == ['a: [x, "y z", 1]']
    assert long == ["  a:", f"      - {'x' * 60}", f"      - {'y' * 60}"]


def test_what_holds_nothing_is_said_to() -> None:
    """`a:` alone would be read as null."""
    assert entry_lines("a", {}, Place(0)) == ["a: {}"]
    assert entry_lines("a", [], Place(2)) == ["  a: []"]
    assert entry_lines("a", [{"b": 1, "c": 2}, {}], Place(0)) == ["a:", "  - b: 1", "    c: 2", "  - {}"]


def test_a_program_of_several_lines_stands_as_it_is() -> None:
    """With what it ends in, and blank lines without blanks; in quotes where its first line would be misread."""
    assert entry_lines("a", "x\n\n  y", Place(0)) == ["a: |-", "  x", "", "    y"]
    assert entry_lines("a", "x\ny\n", Place(2)) == ["  a: |", "    x", "    y"]
    assert entry_lines("a", " x\ny", Place(0)) == ['a: " x\\ny"']


def test_a_comment_goes_with_what_it_was_written_for() -> None:
    """That of a person stays, above whatever comes next."""
    said = {"a": {"b": 1, "c": 2, "d": 3}}
    comments: dict[tuple[str, ...], str] = {("a", "b"): "Ours.", ("a", "c"): "Ours,\nof two lines."}
    text = edited("", Wanted(had={}, want=said, said=said, comments=comments))
    assert text == "a:\n  # Ours.\n  b: 1\n  # Ours,\n  # of two lines.\n  c: 2\n  d: 3\n"
    text = text.replace("# Ours.", "# Mine.")
    rest = {"a": {"d": 3}}
    result = edited(text, Wanted(had=said, want=rest, said=rest, comments=comments))
    assert result == "a:\n  # Mine.\n  d: 3\n"


def test_what_stands_behind_a_block_of_text_is_not_taken_for_it() -> None:
    """Blank lines and the comment of what comes next belong to what comes next; a deeper one to what is above."""
    text = "a:\n  note: |\n    # no comment\n\n  # of b\n  b: 1\nempty:\n\n# the end\nc: 1\n"
    had: dict[str, Any] = {"a": {"note": "# no comment\n", "b": 1}, "empty": None, "c": 1}
    want: dict[str, Any] = {"a": {"note": "new", "b": 1}, "empty": 2, "c": 1}
    result = edited(text, Wanted(had=had, want=want, said=want))
    assert result == "a:\n  note: new\n\n  # of b\n  b: 1\nempty: 2\n\n# the end\nc: 1\n"
