"""What is stored of requests, results and failures, and what comes back."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.engine.recording import StepFailedError, failure, outcome, restored, stored, success
from bot.github.errors import GitHubError, NotFound, Uncertain, Unprocessable
from bot.github.models import Conclusion, RepositoryRef


@dataclass(frozen=True, slots=True, kw_only=True)
class Everything:
    """A value with all that flows store."""

    repository: RepositoryRef
    conclusion: Conclusion | None
    at: datetime
    names: tuple[str, ...]


def through_json(value: object) -> Any:
    return json.loads(json.dumps(value))


def test_a_value_comes_back_as_it_was() -> None:
    value = Everything(
        repository=RepositoryRef(installation_id=7, id=1, full_name="a/b"),  # type: ignore[arg-type] # an int is one
        conclusion=Conclusion.FAILURE,
        at=datetime(2026, 11, 3, 9, 0, tzinfo=UTC),
        names=("a", "b"),
    )
    assert restored(through_json(stored(value)), Everything) == value
    assert outcome(through_json(success(None)), type(None)) is None


def test_what_cannot_be_stored_is_refused() -> None:
    with pytest.raises(TypeError):
        stored(object())


@pytest.mark.parametrize(
    "error",
    [NotFound("no such comment"), Uncertain("lost"), Unprocessable("no", errors=("title is missing",))],
)
def test_our_own_exceptions_come_back_as_they_were(error: GitHubError) -> None:
    with pytest.raises(type(error)) as caught:
        outcome(through_json(failure(error)), str)
    assert str(caught.value) == str(error)
    assert vars(caught.value) == vars(error)


def test_anybody_elses_exceptions_come_back_by_name_and_words() -> None:
    with pytest.raises(StepFailedError, match="KeyError: 'x'") as caught:
        outcome(through_json(failure(KeyError("x"))), str)
    assert (caught.value.kind, caught.value.message) == ("KeyError", "'x'")


def test_an_exception_with_something_that_cannot_be_stored_keeps_its_words() -> None:
    error = NotFound("gone")
    error.extra = object()  # type: ignore[attr-defined] # as a careless caller would
    with pytest.raises(StepFailedError, match="NotFound: gone"):
        outcome(through_json(failure(error)), str)


@pytest.mark.parametrize(
    "name",
    ["bot.github.errors:Renamed", "bot.gone:NotFound", "os:system", "bot.github.models:Conclusion", ""],
)
def test_a_class_that_is_no_exception_of_ours_any_more_is_not_made(name: str) -> None:
    record = {"failure": {"kind": "NotFound", "message": "gone", "class": name, "args": [], "state": {}}}
    with pytest.raises(StepFailedError, match="NotFound: gone"):
        outcome(record, str)


def test_a_failure_without_words_is_named() -> None:
    assert str(StepFailedError("ValueError", "")) == "ValueError"
