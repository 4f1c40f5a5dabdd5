"""What an answer of GitHub's API means: good, a limit, a failure to answer, or a refusal."""

from __future__ import annotations

import re
from collections.abc import Mapping
from copy import copy
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import gidgethub
from gidgethub import sansio

from bot.github.errors import (
    Conflict,
    Forbidden,
    GitHubError,
    NotFound,
    Rejected,
    Unauthorized,
    Unexpected,
    Unprocessable,
)
from bot.github.graph_operations import GRAPHQL_PATH

if TYPE_CHECKING:
    from datetime import datetime

    from bot.github.operation import Operation, Permissions

_SERVER_ERRORS = 500
_REDIRECTS = range(300, 400)
_PRIMARY_WINDOW = 3_600.0  # seconds; a later reset is this machine's clock being wrong
# how a query that took too long, or a broken GitHub, is told: it may or may not have happened
_BROKEN = "Something went wrong while executing your query"
# how a change of .github/workflows is refused. https://github.com/Mergifyio/mergify/issues/2507
_WORKFLOWS = re.compile(r"without [`'\"]?workflows?[`'\"]? (?:permission|scope)")
_GRAPH_LIMITED = {"RATE_LIMIT", "RATE_LIMITED"}  # both are seen
_GRAPH_LIMITS = ("api rate limit", "you have exceeded a secondary rate limit")
_LIMIT_WORDS = ("rate limit", "abuse detection", "secondary limit")


@dataclass(frozen=True, slots=True)
class Raw:
    """An answer as it came."""

    status: int
    headers: Mapping[str, str]
    body: bytes = field(default=b"", repr=False)


@dataclass(frozen=True, slots=True)
class Good:
    """An answer of use."""

    data: Any
    next_url: str | None = None
    exhausted_for: float = 0.0  # seconds until the primary limit resets, where this call used it up


@dataclass(frozen=True, slots=True)
class Limited:
    """Too much for GitHub; the call was not carried out."""

    seconds: float | None  # None where GitHub names no time


@dataclass(frozen=True, slots=True)
class Failing:
    """GitHub did not answer, or only that it is broken."""

    reason: str
    status: int = 0
    was_sent: bool = True  # False where no connection came about: nothing can have happened


@dataclass(frozen=True, slots=True)
class Refused:
    """GitHub's no, or an answer that makes no sense."""

    error: GitHubError


Verdict = Good | Limited | Failing | Refused


def judge(operation: Operation, raw: Raw, now: datetime) -> Verdict:
    """This function will say what an answer means."""
    if raw.status >= _SERVER_ERRORS:
        return Failing(f"GitHub answered {raw.status}", raw.status)
    try:
        data, rate_limit, next_url = sansio.decipher_response(raw.status, raw.headers, raw.body)
    except gidgethub.HTTPException as error:
        return _limit(raw, str(error), now) or Refused(_error(operation, raw, error))
    # a body that is no UTF-8 or no JSON, an unknown status code, headers that are no numbers
    except (ValueError, LookupError, AttributeError, TypeError) as error:
        return _limit(raw, "", now) or Refused(
            Unexpected(
                f"GitHub's answer to {operation.id} ({raw.status}) could not be read: {error}",
                operation=operation.id,
                status=raw.status,
            )
        )
    unanswered = _graph_trouble(operation, data, raw, now) if operation.path == GRAPHQL_PATH else None
    if unanswered is not None:
        return unanswered
    used_up = rate_limit is not None and rate_limit.remaining == 0
    return Good(data, next_url, (_seconds_to_reset(raw.headers, now) or 0.0) if used_up else 0.0)


def _graph_trouble(operation: Operation, data: Any, raw: Raw, now: datetime) -> Verdict | None:
    # The GraphQL API says 200 to nearly everything, and what is wrong in the body
    # https://docs.github.com/en/graphql/overview/rate-limits-and-query-limits-for-the-graphql-api#exceeding-the-rate-limit
    for kind, message in _graph_errors(data):
        if message.startswith(_BROKEN):
            return Failing(message, raw.status)
        if _did_nothing(data) and (kind in _GRAPH_LIMITED or message.lower().startswith(_GRAPH_LIMITS)):
            return Limited(_told_seconds(raw, now))
        if _WORKFLOWS.search(message):
            return Refused(Forbidden(f"GitHub refused it: {message}.", operation=operation.id, status=200))
    return None


def _graph_errors(data: Any) -> list[tuple[str, str]]:
    errors = data.get("errors") if isinstance(data, Mapping) else None
    return [
        (str(error.get("type")), str(error.get("message")))
        for error in (errors if isinstance(errors, list) else ())
        if isinstance(error, Mapping)
    ]


def _did_nothing(data: Mapping[str, Any]) -> bool:
    # of several mutations in one call some may have happened, and may not be sent again
    fields = data.get("data")
    return not isinstance(fields, Mapping) or all(value is None for value in fields.values())


def _limit(raw: Raw, message: str, now: datetime) -> Limited | None:
    # https://docs.github.com/en/rest/using-the-rest-api/troubleshooting-the-rest-api#rate-limit-errors
    if raw.status not in {HTTPStatus.FORBIDDEN, HTTPStatus.TOO_MANY_REQUESTS}:
        return None
    told = _told_seconds(raw, now)
    if told is not None:
        return Limited(told)
    is_primary = raw.headers.get("x-ratelimit-remaining") == "0"
    is_named = is_primary or any(word in message.lower() for word in _LIMIT_WORDS)
    if raw.status == HTTPStatus.TOO_MANY_REQUESTS or raw.headers.get("retry-after") or is_named:
        return Limited(None)
    return None


def _told_seconds(raw: Raw, now: datetime) -> float | None:
    retry_after = raw.headers.get("retry-after", "")
    told = [float(retry_after)] if retry_after.isdecimal() else []
    if raw.headers.get("x-ratelimit-remaining") == "0":
        to_reset = _seconds_to_reset(raw.headers, now)
        told += [] if to_reset is None else [to_reset]
    return max(told, default=None)


def _seconds_to_reset(headers: Mapping[str, str], now: datetime) -> float | None:
    reset = headers.get("x-ratelimit-reset", "")
    seconds = float(reset) - now.timestamp() if reset.isdecimal() else 0.0
    if seconds <= 0:  # by this machine's clock it is over, which GitHub's answer contradicts
        return None
    return min(seconds, _PRIMARY_WINDOW) + 1.0  # the reset is told in whole seconds


_ERRORS: dict[int, tuple[type[GitHubError], str]] = {
    401: (Unauthorized, " Check the App id, the private key and this machine's clock."),
    404: (NotFound, " It does not exist, or the App may not see it."),
    405: (Conflict, ""),
    409: (Conflict, ""),
    410: (NotFound, " It is gone for good."),
}


def _error(operation: Operation, raw: Raw, error: gidgethub.HTTPException) -> GitHubError:
    said = f"GitHub refused {operation.id} ({raw.status}): {error}."
    if raw.status == HTTPStatus.FORBIDDEN:
        return _forbidden(operation, raw, said)
    if raw.status == HTTPStatus.UNPROCESSABLE_ENTITY:
        return Unprocessable(said, operation=operation.id, errors=_details(error))
    if raw.status in _REDIRECTS:
        said = (
            f"GitHub redirected {operation.id} ({raw.status}) to where it is not followed: "
            "to another host, in a circle, or as another method."
        )
        return Unexpected(said, operation=operation.id, status=raw.status)
    kind, advice = _ERRORS.get(raw.status, (Rejected, ""))
    return kind(said + advice, operation=operation.id, status=raw.status)


def lacks_workflows(operation: Operation, error: GitHubError) -> bool:
    """This function will say whether a refusal may have no other reason than that workflows: write is missing."""
    return error.status in operation.veiled or _WORKFLOWS.search(str(error)) is not None


def without_workflows(error: GitHubError) -> GitHubError:
    """This function will add to a refusal that a permission may be missing which nobody has granted."""
    worded = copy(error)
    worded.args = (f"{error} For what changes files in .github/workflows: {_advice('workflows=write')}",)
    return worded


def refused_grant(permissions: Permissions, error: Unprocessable) -> Forbidden:
    """This function will word GitHub's refusal to make a token of permissions that nobody has granted."""
    needed = ",".join(f"{name}={level}" for name, level in sorted(permissions))
    return Forbidden(
        f"{error} {_advice(needed)}", operation=error.operation, status=error.status, needed=needed
    )


def _forbidden(operation: Operation, raw: Raw, said: str) -> Forbidden:
    needed = raw.headers.get("x-accepted-github-permissions", "")
    return Forbidden(f"{said} {_advice(needed)}" if needed else said, operation=operation.id, needed=needed)


def _advice(needed: str) -> str:
    return (
        f"The App needs the permission {_in_words(needed)}: add it in the App's settings under Permissions, "
        "then accept it where the App is installed, and let it reach the repository."
    )


def _in_words(permissions: str) -> str:
    # "contents=write,workflows=write; issues=write": either all of the first, or the second
    alternatives = [
        " and ".join(
            f"{name.strip().replace('_', ' ')}: {level}"
            for name, _, level in (one.partition("=") for one in alternative.split(","))
        )
        for alternative in permissions.split(";")
    ]
    return ", or ".join(alternatives)


def _details(error: gidgethub.HTTPException) -> tuple[str, ...]:
    errors = getattr(error, "errors", None)
    if isinstance(errors, str):
        return (errors,)
    return tuple(_detail(one) for one in errors) if isinstance(errors, list) else ()


def _detail(error: object) -> str:
    if not isinstance(error, Mapping):
        return str(error)
    if error.get("message"):
        return str(error["message"])
    return " ".join(str(error[key]) for key in ("resource", "field", "code") if error.get(key))
