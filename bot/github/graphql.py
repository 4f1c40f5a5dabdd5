"""Documents sent to GitHub's GraphQL API: variables in, typed data out, its errors worded as those of the REST API."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

import msgspec
from msgspec import Struct, field

from bot.forms import convert
from bot.github.errors import Forbidden, GitHubError, NotFound, Unexpected, Unprocessable

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from typing_extensions import TypeForm

    from bot.github.client import RepositoryClient
    from bot.github.operation import Operation

T = TypeVar("T")


class GraphErrorShape(Struct):
    """One of the errors of an answer."""

    message: str
    type: str = ""
    path: list[str | int] = field(default_factory=list)


class GraphAnswerShape(Struct):
    """An answer: data, errors, or some of both."""

    data: dict[str, Any] | None = None
    errors: list[GraphErrorShape] = field(default_factory=list)


async def ask(
    repo: RepositoryClient,
    operation: Operation,
    document: str,
    shape: TypeForm[T],
    variables: Mapping[str, object],
) -> T:
    """This function will send a document and return all of its data.

    Raises:
        NotFound: what a variable names is not there, or the App may not see it.
        Forbidden: the App may not.
        Unprocessable: GitHub refuses for another reason, which the text tells.
        Uncertain: the answer to a mutation was lost; read back what it does.
    """
    answer = await _send(repo, operation, document, variables)
    if answer.errors:
        raise _worded(operation, answer.errors)
    return _shaped(operation, answer.data or {}, shape)


async def ask_each(
    repo: RepositoryClient,
    operation: Operation,
    document: str,
    shape: TypeForm[T],
    variables: Mapping[str, object],
) -> dict[str, T | GitHubError]:
    """This function will send a document of several fields and return of each, by its alias, its data or its error.

    Raises:
        GitHubError: as `ask`, where not a single field was answered.
    """
    answer = await _send(repo, operation, document, variables)
    if answer.data is None:
        raise _worded(operation, answer.errors)
    failed: dict[str, list[GraphErrorShape]] = {}
    for error in answer.errors:
        failed.setdefault(str(error.path[0]) if error.path else "", []).append(error)
    return {
        alias: _worded(operation, failed[alias]) if alias in failed else _shaped(operation, value, shape)
        for alias, value in answer.data.items()
    }


async def _send(
    repo: RepositoryClient, operation: Operation, document: str, variables: Mapping[str, object]
) -> GraphAnswerShape:
    body = {"query": document, "variables": dict(variables)}
    return await repo.calls.send(operation, GraphAnswerShape, {}, body)


def _shaped(operation: Operation, data: Any, shape: TypeForm[T]) -> T:
    try:
        shaped: T = convert(data, shape)
    except msgspec.ValidationError as error:
        raise Unexpected(
            f"GitHub's answer to {operation.id} has an unknown shape: {error}", operation=operation.id
        ) from error
    return shaped


def _worded(operation: Operation, errors: Sequence[GraphErrorShape]) -> GitHubError:
    messages = tuple(dict.fromkeys(error.message for error in errors))
    said = f"GitHub refused {operation.id}: {' '.join(messages) or 'it says nothing'}"
    kinds = {error.type for error in errors}
    if "NOT_FOUND" in kinds:
        return NotFound(said, operation=operation.id, status=200)
    if "FORBIDDEN" in kinds:
        return Forbidden(said, operation=operation.id, status=200)
    return Unprocessable(said, operation=operation.id, status=200, errors=messages)
