"""Which inputs a workflow file declares."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.config.workflow_inputs import DeclaredInput, Undispatchable, declared_inputs

FILE = b"""\
name: Deploy
on:
  push:
  workflow_dispatch:
    inputs:
      sha: {required: true, type: string}
      region:
        type: choice
        options: [eu, us, 3, true]
        default: eu
      dry:
        type: boolean
        default: false
      bare:
jobs: {}
"""


def test_the_inputs_are_read_in_their_order() -> None:
    assert declared_inputs(FILE) == (
        DeclaredInput(name="sha", required=True),
        DeclaredInput(name="region", type="choice", has_default=True, options=("eu", "us", "3", "true")),
        DeclaredInput(name="dry", type="boolean", has_default=True),
        DeclaredInput(name="bare"),
    )


@pytest.mark.parametrize(
    "text",
    [
        b"on: workflow_dispatch",
        b"on: [push, workflow_dispatch]",
        b"on: {workflow_dispatch: }",
        b"on: {workflow_dispatch: {inputs: }}",
        b"%YAML 1.1\n---\non: {workflow_dispatch: }",
        b"on: {workflow_dispatch: {inputs: [a]}}",
    ],
)
def test_a_workflow_may_declare_none(text: bytes) -> None:
    assert declared_inputs(text) == ()


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (b"on: push", "has no workflow_dispatch trigger"),
        (b"on: [push]", "has no workflow_dispatch trigger"),
        (b"on: {push: }", "has no workflow_dispatch trigger"),
        (b"", "has no workflow_dispatch trigger"),
        (b"- on", "has no workflow_dispatch trigger"),
        (b"# on: workflow_dispatch", "has no workflow_dispatch trigger"),
        (b"on: [", "is no valid YAML"),
        (b"\xff", "is no valid YAML"),
        (b"[" * 5000, "is no valid YAML"),
        (b"a: !!python/object:os.system x", "has no workflow_dispatch trigger"),
    ],
)
def test_a_file_that_cannot_be_dispatched_says_why(text: bytes, why: str) -> None:
    assert declared_inputs(text) == Undispatchable(why=why)


LAUGHS = b"a: &a [x, x, x, x, x, x, x, x, x]\n" + b"".join(
    b"%c: &%c [%s]\n" % (name + 1, name + 1, b", ".join([b"*%c" % name] * 9)) for name in range(97, 107)
)


@pytest.mark.parametrize(
    "inputs",
    [
        b"{p: {type: choice, options: *k}}",
        b"{p: {type: *k}}",
        b"{p: *k}",
        b"{? *k : {}}",
        b"{<<: *k}",
        b"&k {p: *k}",
    ],
)
def test_a_file_that_is_endless_with_its_aliases_is_not_read(inputs: bytes) -> None:
    """The author of a pull request writes the workflow at its head."""
    text = LAUGHS + b"on: {workflow_dispatch: {inputs: " + inputs + b"}}"
    assert declared_inputs(text) == Undispatchable(why="is no valid YAML")


@pytest.mark.parametrize(
    ("inputs", "found"),
    [
        (b"{p: {type: choice, options: [[x], eu]}}", DeclaredInput(name="p", type="choice", options=("eu",))),
        (b"{p: {type: [x]}, 1: {}}", DeclaredInput(name="p")),
        (b"{p: {default: 0}}", DeclaredInput(name="p", has_default=True)),
        (b"{p: [x]}", DeclaredInput(name="p")),
    ],
)
def test_what_is_no_text_is_left_out(inputs: bytes, found: DeclaredInput) -> None:
    assert declared_inputs(b"on: {workflow_dispatch: {inputs: " + inputs + b"}}") == (found,)


def test_a_file_that_is_too_large_is_not_read() -> None:
    found = declared_inputs(b"on: workflow_dispatch\n#" + b"x" * 140_000)
    assert found == Undispatchable(why="is larger than the 131072 bytes that are read")


@given(st.text(alphabet=":[]{}-\n on'workflow_dispatch&*!#|>", max_size=80).map(str.encode))
def test_no_text_breaks_the_reader(text: bytes) -> None:
    assert isinstance(declared_inputs(text), tuple | Undispatchable)
