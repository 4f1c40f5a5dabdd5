"""Holds recorded GraphQL requests against GitHub's whole public schema, and their answers against its forms."""

from __future__ import annotations

import gzip
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import graphql

if TYPE_CHECKING:
    from collections.abc import Iterator

DATA = Path(__file__).parent.parent / "data" / "github"
PATH = "/graphql"


@cache
def whole_schema() -> graphql.GraphQLSchema:
    """This function will read GitHub's whole schema, once per process."""
    text = gzip.decompress((DATA / "graphql-schema.graphql.gz").read_bytes()).decode()
    return graphql.build_schema(text, assume_valid=True)


@cache
def _parsed(document: str) -> graphql.DocumentNode:
    return graphql.parse(document)


@cache
def _refused(document: str) -> tuple[str, ...]:
    try:
        parsed = _parsed(document)
    except graphql.GraphQLError as wrong:
        return (wrong.message,)
    return tuple(one.message for one in graphql.validate(whole_schema(), parsed))


def problems(record: dict[str, Any]) -> Iterator[str]:
    """This function will say what is wrong with one exchange; a document that was refused is none of GitHub's."""
    asked, answer = record["request_body"], record["response_body"]
    if record["status"] != 200:
        return
    if not isinstance(answer, dict) or not answer.keys() & {"data", "errors"}:
        yield "graphql answers with data or errors"
        return
    if "data" not in answer:
        return
    refused = _refused(asked["query"])
    yield from (f"graphql document: {text}" for text in refused)
    if not refused:
        yield from _variables(asked)
        yield from _answer(asked, answer["data"])


def _variables(asked: dict[str, Any]) -> Iterator[str]:
    operation = graphql.get_operation_ast(_parsed(asked["query"]), asked.get("operationName"))
    declared = operation.variable_definitions if operation else ()
    given = asked.get("variables") or {}
    found = graphql.execution.get_variable_values(whole_schema(), declared or (), given)
    if isinstance(found, list):
        yield from (f"graphql variables: {one.message}" for one in found)


def _answer(asked: dict[str, Any], data: Any) -> Iterator[str]:
    """Every top-level field is answered, if only with null."""
    operation = graphql.get_operation_ast(_parsed(asked["query"]), asked.get("operationName"))
    names = [
        one.alias.value if one.alias else one.name.value
        for one in (operation.selection_set.selections if operation else ())
        if isinstance(one, graphql.FieldNode)
    ]
    if data is not None and list(data) != names:
        yield f"graphql answers {list(data)} where {names} was asked"
