"""What the GraphQL API answers when it cannot: the types and words of its errors."""

from __future__ import annotations

from graphql import GraphQLError


def problem(kind: str, message: str) -> GraphQLError:
    """This function will make an error of one of GitHub's types."""
    return GraphQLError(message, extensions={"type": kind})


def unknown_node(node_id: str) -> GraphQLError:
    """This function will make the error about an id that names nothing."""
    return problem("NOT_FOUND", f"Could not resolve to a node with the global id of '{node_id}'")


def unknown_number(kind: str, number: int) -> GraphQLError:
    """This function will make the error about a number that names no issue or pull request."""
    return problem("NOT_FOUND", f"Could not resolve to a {kind} with the number of {number}.")


def forbidden() -> GraphQLError:
    """This function will make the error about a permission that the App lacks."""
    return problem("FORBIDDEN", "Resource not accessible by integration")


def unprocessable(message: str) -> GraphQLError:
    """This function will make the error about a mutation that cannot be carried out."""
    return problem("UNPROCESSABLE", message)
