"""Values in YAML."""

from __future__ import annotations

import pytest
import yaml  # type: ignore[import-untyped] # it ships no types
from hypothesis import given
from hypothesis import strategies as st

from bot.pack.rendering.values import Own, as_json, block, key, literal, quoted, scalar
from tests.support.packs import HOSTILE, read_yaml

_OPENS, _INERT = "${{", "${{ '${{' }}"
_text = st.text(st.characters(exclude_categories=["Cs"]), max_size=60) | st.sampled_from(
    [
        "null",
        "Yes",
        "1e3",
        "0x1f",
        "~",
        "- a",
        "a: b",
        "a #b",
        "a\n b\n\nc\n",
        "\ta\nb",
        " a\nb",
        HOSTILE,
        "${{ x }}",
    ]
)
_value = _text | st.booleans() | st.integers(-9, 9) | st.none() | st.lists(_text, max_size=3)


def _as_read(value: object) -> object:
    if isinstance(value, str):
        return value.replace(_OPENS, _INERT)
    return [_as_read(each) for each in value] if isinstance(value, list) else value


@given(_value)
def test_a_value_is_read_as_it_was(value: object) -> None:
    """Whatever stands behind a key comes back as that, and the next key is still a key."""
    text = f"a:\n  b: {scalar(value, 2)}\n  c: 1\n"
    assert yaml.safe_load(text) == {"a": {"b": _as_read(value), "c": 1}}
    assert read_yaml(text) == {"a": {"b": _as_read(value), "c": 1}}


@given(_text, _text)
def test_a_value_between_quotes_or_as_a_key_is_read_as_it_was(one: str, other: str) -> None:
    """Between double quotes, and in the place of a key, nothing but text can come of it."""
    text = f'a: "x {quoted(one)} y"\n{key("k" + other)}: 1\n'
    assert read_yaml(text) == {"a": f"x {_as_read(one)} y", f"k{_as_read(other)}": 1}


@given(st.text(st.characters(exclude_categories=["C", "Z"]) | st.sampled_from(" \n"), max_size=60))
def test_text_in_a_block_keeps_its_lines(text: str) -> None:
    """No line of it leaves the block."""
    expected = _as_read("x" + text.rstrip("\n"))
    assert read_yaml(f"a: |-\n  {block('x' + text, 2)}\nb: 1\n") == {"a": expected, "b": 1}


def test_what_no_block_can_hold_is_refused() -> None:
    """A sign that ends lines or prints nothing is told, not written."""
    with pytest.raises(ValueError, match="control characters"):
        block("a\x85b", 2)


def test_text_of_many_lines_is_written_as_people_write_it() -> None:
    """Commands that a policy gives can be read in the workflow."""
    assert scalar("cargo fmt\n\ncargo doc", 8) == "|-\n          cargo fmt\n\n          cargo doc"
    assert scalar("a\nb\n\n") == "|+\n  a\n  b\n"
    assert scalar("cargo clippy --workspace") == "cargo clippy --workspace"
    assert scalar({"a": 1.5, "b": "on"}) == '{a: 1.5, b: "on"}'


def test_expressions_of_the_templates_stay_expressions() -> None:
    """What the pack itself has GitHub fill in is filled in; long ones are broken where blanks come back."""
    assert scalar(Own("${{ matrix.name }}")) == '"${{ matrix.name }}"'
    names = ", ".join(f'"job-{number}"' for number in range(30))
    text = scalar(Own(f"${{{{ fromJSON('[{names}]') }}}}"), 4)
    assert max(map(len, text.splitlines())) <= 120
    assert read_yaml(f"a: {text}\n") == {"a": f"${{{{ fromJSON('[{names}]') }}}}"}


def test_text_within_an_expression_is_quoted() -> None:
    """A branch may have a quotation mark in its name."""
    assert literal("refs/heads/it's") == "'refs/heads/it''s'"


def test_json_for_a_program_holds_no_expression() -> None:
    """The program reads what was meant; GitHub finds nothing to fill in."""
    assert as_json({"a": ["${{ x }}"]}) == '{"a": ["\\u0024{{ x }}"]}'
