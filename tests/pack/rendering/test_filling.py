"""Templates that are filled."""

from __future__ import annotations

import pytest
from jinja2 import UndefinedError

from bot.pack.rendering.filling import TemplateError, fill
from tests.support.packs import read_yaml


def test_samples_give_way_to_values() -> None:
    """The template is valid YAML with samples in it; what comes out has the values."""
    template = """\
on:
  #% for job in jobs
  build:  #= job.id
    minutes: 30  #= job.minutes
    branches: [main]  #= job.branches
    steps:
      - run: cargo build  #= job.run
      - sample  #= job.id
      - name: "Build [[ job.id ]] of [[ job.minutes ]]"
      - run: |
          echo begin
          [[ job.run ]]
          echo end
  #% endfor
"""
    job = {"id": "on", "minutes": 5, "branches": ["a b", "1"], "run": "one: 1\ntwo #2"}
    assert read_yaml(template)["on"]["build"]["minutes"] == 30
    assert read_yaml(fill(template, {"jobs": [job]})) == {
        "on": {
            "on": {
                "minutes": 5,
                "branches": ["a b", "1"],
                "steps": [
                    {"run": "one: 1\ntwo #2"},
                    "on",
                    {"name": "Build on of 5"},
                    {"run": "echo begin\none: 1\ntwo #2\necho end\n"},
                ],
            }
        }
    }


def test_what_a_value_holds_is_never_a_template() -> None:
    """Text of a policy that looks like a loop or a hole is text."""
    text = "[[ secret ]]\n#% for x in y\n[% if 1 %]"
    assert read_yaml(fill("a: x  #= text\nb: |\n  [[ text ]]\n", {"text": text, "secret": "s"})) == {
        "a": text,
        "b": f"{text}\n",
    }


@pytest.mark.parametrize(
    "line",
    ["a: [[ x ]]", "a: '[[ x ]]'", "# [[ x ]]", "  run [[ x ]] here", 'a: "b"  #=x', "a: b #= x"],
)
def test_a_value_has_its_places(line: str) -> None:
    """Where a value could end what it stands in, the template is refused with the line."""
    with pytest.raises(TemplateError, match="line 2: a value stands where"):
        fill(f"ok: 1\n{line}\n", {"x": 1})


def test_a_name_that_nothing_has_is_no_empty_text() -> None:
    """A slip in a template is found when it is filled."""
    with pytest.raises(UndefinedError):
        fill("a: b  #= missing\n", {})
