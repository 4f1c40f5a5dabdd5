"""The record of what was written: exact, readable again, and not believed where it was edited."""

from __future__ import annotations

import json
import subprocess

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.config.pipeline import Kind, PipelineConfig, ProjectConfig
from bot.pack.installing.recording import Written, blob_id, record_from, record_text

PIPELINE = PipelineConfig(projects={"core": ProjectConfig(kind=Kind.CARGO)})
FILES = {"a.yml": Written(blob=blob_id(b"a")), "b.tf": Written(blob=blob_id("ü\n".encode()), text="ü\n")}


def test_what_is_recorded_is_read_again() -> None:
    record = record_from(record_text(FILES, PIPELINE))
    assert (record.files, record.pipeline, record.trouble) == (FILES, PIPELINE, "")


def test_the_same_record_has_the_same_bytes() -> None:
    """The order in which files were looked at does not show: a second run changes nothing."""
    backwards = dict(reversed(FILES.items()))
    assert record_text(FILES, PIPELINE) == record_text(backwards, PIPELINE)


def test_ids_are_those_of_git() -> None:
    content = b"name: CI\n"
    told = subprocess.run(["git", "hash-object", "--stdin"], input=content, capture_output=True, check=True)
    assert blob_id(content) == told.stdout.decode().strip()


def test_without_a_record_nothing_was_written() -> None:
    assert record_from(None).files == {}


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"\xff\xfe",
        b"[]",
        b"null",
        b'{"version": 1}',
        b'{"version": "1", "files": {}}',
        b"[" * 100_000,
        b'{"version": 1, "files": {"a": {"blob": "short"}}}',
    ],
)
def test_a_garbled_record_is_told_and_not_used(content: bytes) -> None:
    record = record_from(content)
    assert record.trouble
    assert not record.files
    assert not record.is_newer


def test_a_record_of_a_newer_program_is_told_apart() -> None:
    """An older program would undo what the newer one wrote."""
    assert record_from(b'{"version": 2, "folders": {}}').is_newer


@pytest.mark.parametrize(
    "path", ["/etc/passwd", "../x", "a/../../x", ".git/config", "a//b", "a/.GIT/hooks/x", "a\\b", "a\x1b[2J"]
)
def test_a_record_names_only_files_of_the_repository(path: str) -> None:
    """A record may have been edited by anybody who may open a pull request."""
    said = {"version": 1, "files": {path: {"blob": blob_id(b"")}, "ok": {"blob": blob_id(b"")}}}
    assert set(record_from(json.dumps(said).encode()).files) == {"ok"}


def test_a_text_that_is_not_what_its_id_says_is_not_believed() -> None:
    said = {"version": 1, "files": {"a": {"blob": blob_id(b"true"), "text": "false"}}}
    assert record_from(json.dumps(said).encode()).files == {"a": Written(blob=blob_id(b"true"))}


def test_a_pipeline_of_another_form_is_forgotten_alone() -> None:
    """What the files were written as is still known."""
    said = {"version": 1, "files": {"a": {"blob": blob_id(b"")}}, "pipeline": {"projects": 3}}
    record = record_from(json.dumps(said).encode())
    assert (record.pipeline, set(record.files)) == (None, {"a"})


@given(st.binary(max_size=200))
def test_nothing_makes_it_fall_over(content: bytes) -> None:
    assert record_from(content).files == {}
