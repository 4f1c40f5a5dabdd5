"""POST /graphql: parsed, held against the schema, carried out, its errors as GitHub words them."""

from __future__ import annotations

from functools import cache, lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from graphql import GraphQLError, GraphQLSchema, build_schema, execute_sync, parse, validate

from bot.localhub.exchange import Answer, Refused
from bot.localhub.graphql import acts, pull_views, views
from bot.localhub.graphql.graph import Graph
from bot.localhub.graphql.problems import problem, unknown_node
from bot.localhub.state.store import NotThere

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from graphql import DocumentNode, GraphQLResolveInfo

    from bot.localhub.exchange import Call

View = dict[str, Any]


@cache
def schema() -> GraphQLSchema:
    """This function will read the part of GitHub's schema that is served."""
    return build_schema(files("bot.localhub.graphql").joinpath("schema.graphql").read_text())


def answer(call: Call) -> Answer:
    """This function will carry out a GraphQL document."""
    document = call.get("query", str)
    if not document:
        raise Refused(400, "A query attribute must be specified and must be a string.")
    parsed, refused = _read(document)
    if parsed is None or refused:
        return Answer(body={"errors": [_invalid(one) for one in refused]})
    result = execute_sync(
        schema(),
        parsed,
        root_value=_root(Graph(call=call, show_pull=pull_views.pull, show_queue=pull_views.queue)),
        variable_values=call.get("variables", dict, {}),
        operation_name=call.get("operationName", str),
    )
    body: View = {"data": result.data}
    if result.errors:
        body["errors"] = [_error(one) for one in result.errors]
        if result.data is None and all(one.path is None for one in result.errors):
            del body["data"]
    return Answer(body=body)


@lru_cache(maxsize=128)  # the same few documents are asked again and again
def _read(document: str) -> tuple[DocumentNode | None, tuple[GraphQLError, ...]]:
    """The document, and what the schema has against it."""
    try:
        parsed = parse(document)
    except GraphQLError as wrong:
        return None, (wrong,)
    return parsed, tuple(validate(schema(), parsed))


def rate_limited() -> Answer:
    """This function will give what a used-up credential is answered: 200, and the rest in the body.

    https://github.com/yanyongyu/githubkit/issues/271
    """
    message = "API rate limit already exceeded for installation."
    return Answer(body={"errors": [{"type": "RATE_LIMIT", "code": "graphql_rate_limit", "message": message}]})


def _locations(error: GraphQLError) -> list[View]:
    return [{"line": one.line, "column": one.column} for one in error.locations or ()]


def _invalid(error: GraphQLError) -> View:
    return {"path": ["query"], "locations": _locations(error), "message": error.message}


def _error(error: GraphQLError) -> View:
    """GitHub tells the type beside the message; what nobody foresaw is its general error."""
    kind = (error.extensions or {}).get("type")
    shown: View = {"path": error.path, "locations": _locations(error), "message": error.message}
    if kind is not None:
        shown = {"type": kind, **shown}
    elif error.path is not None and error.original_error is not None:
        raise error.original_error
    return shown if error.path is not None else {**shown, "path": ["query"]}


def _root(graph: Graph) -> View:
    def node(_: GraphQLResolveInfo, id: str) -> View:  # noqa: A002 - GitHub's word
        return _node(graph, id)

    def nodes(_: GraphQLResolveInfo, ids: Sequence[str]) -> list[View]:
        return [_node(graph, one) for one in ids]

    def act(which: Callable[[Graph, View], View]) -> Callable[..., View]:
        def resolve(_: GraphQLResolveInfo, input: View) -> View:  # noqa: A002 - GitHub's word
            return {**which(graph, input), "clientMutationId": input.get("clientMutationId")}

        return resolve

    return {
        "id": "Q",
        "node": node,
        "nodes": nodes,
        "repository": lambda _, **named: _repository(graph, named["owner"], named["name"]),
        "viewer": lambda _: {**views.actor(graph, graph.actor), "login": graph.actor.login},
        "rateLimit": lambda _, **__: _rate_limit(graph),
        "addComment": act(acts.add_comment),
        "enqueuePullRequest": act(acts.enqueue),
        "dequeuePullRequest": act(acts.dequeue),
        "updatePullRequestBranch": act(acts.update_branch),
    }


def _repository(graph: Graph, owner: str, name: str) -> View:
    try:
        found = graph.store.repository(f"{owner}/{name}")
    except NotThere:
        found = None
    if found is None or not graph.sees(found):
        text = f"Could not resolve to a Repository with the name '{owner}/{name}'."
        raise problem("NOT_FOUND", text)
    return views.view(graph, found)


def _node(graph: Graph, node_id: str) -> View:
    kind = node_id.partition("_")[0]
    if kind == "PR":
        return pull_views.pull(graph, *graph.pull(node_id))
    if kind == "IS":
        return views.issue(graph, *graph.issue(node_id))
    if kind == "IC":
        return views.comment(graph, *graph.comment(node_id))
    raise unknown_node(node_id)


def _rate_limit(graph: Graph) -> View:
    limits = graph.call.world.limits
    window = limits.window(graph.call.identity.key)
    return {
        "cost": 1,
        "limit": limits.limit,
        "remaining": max(0, limits.limit - window.used),
        "used": window.used,
        "resetAt": window.resets_at.isoformat(),
    }
