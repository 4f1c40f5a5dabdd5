"""Sends requests to AWS through the library: counted, page after page, with every failure worded."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from botocore import xform_name
from botocore.exceptions import BotoCoreError, ClientError, NoCredentialsError

from bot.costs.aws.asking import AwsRequest
from bot.costs.aws.denials import EXPIRED, error_of, statement_for
from bot.costs.aws.errors import AwsDenied, AwsError, AwsRefused, AwsUnavailable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from bot.costs.aws.asking import Counts, Use
    from bot.costs.aws.clients import Clients

_TOKENS = ("NextToken", "NextPageToken", "nextToken", "Marker")
_MOST_PAGES = 2000


def one_answer(clients: Clients, use: Use, request: AwsRequest, counts: Counts) -> dict[str, Any]:
    """This function will return AWS's answer to one request."""
    act = partial(_ask, clients, use, request, counts, request.arguments)
    return _guarded(clients, use, request, act)


def own_account(clients: Clients, region: str) -> str:
    """This function will return the account that the process's own credentials are of."""
    request = AwsRequest(service="sts", operation="GetCallerIdentity", region=region)
    try:
        return clients.own_account(region)
    except NoCredentialsError as error:
        raise AwsRefused("NoCredentials", "there are no credentials at hand") from error
    except ClientError as error:
        told = error.response.get("Error", {})
        raise error_of(request.action, told.get("Code", ""), told.get("Message", ""), status=0) from error
    except BotoCoreError as error:
        raise AwsUnavailable(f"{request.action}: {error}") from error


def all_pages(clients: Clients, use: Use, request: AwsRequest, counts: Counts) -> list[dict[str, Any]]:
    """This function will return all pages of an answer."""
    return list(_pages(clients, use, request, counts))


def _pages(clients: Clients, use: Use, request: AwsRequest, counts: Counts) -> Iterator[dict[str, Any]]:
    """Every service that is asked takes the token of the next page under the name under which it gave it."""
    arguments = dict(request.arguments)
    for _ in range(_MOST_PAGES):
        act = partial(_ask, clients, use, request, counts, dict(arguments))
        answer = _guarded(clients, use, request, act)
        yield answer
        more = {name: answer[name] for name in _TOKENS if answer.get(name)}
        if not more:
            return
        if more.items() <= arguments.items():
            raise AwsUnavailable(f"{request.action} gives the same page again and again.")
        arguments.update(more)
    raise AwsUnavailable(f"{request.action} has more than {_MOST_PAGES:,} pages.")


def _ask(
    clients: Clients, use: Use, request: AwsRequest, counts: Counts, arguments: Mapping[str, Any]
) -> dict[str, Any]:
    """One request; what the library sends again counts again, for so AWS counts it."""
    client, asked = clients.client(use)
    if asked:
        counts["sts:AssumeRole" if use.identity.role else "sts:GetCallerIdentity"] += asked
    counts[request.action] += 1
    try:
        answer: dict[str, Any] = getattr(client, xform_name(request.operation))(**arguments)
    except ClientError as error:
        counts[request.action] += _sent_again(error.response)
        raise
    counts[request.action] += _sent_again(answer)
    return answer


def _sent_again(answer: Mapping[str, Any]) -> int:
    return int(answer.get("ResponseMetadata", {}).get("RetryAttempts", 0))


def _guarded(
    clients: Clients, use: Use, request: AwsRequest, act: Callable[[], dict[str, Any]]
) -> dict[str, Any]:
    """What goes wrong is worded; credentials that AWS calls expired are fetched anew, once."""
    try:
        try:
            return act()
        except ClientError as error:
            if error.response.get("Error", {}).get("Code") not in EXPIRED:
                raise
            clients.forget(use.identity)
            return act()
    except ClientError as error:
        raise _worded(error, use, request) from error
    except BotoCoreError as error:
        raise AwsUnavailable(f"{request.action}: {error}") from error


def _worded(error: ClientError, use: Use, request: AwsRequest) -> AwsError:
    told = error.response.get("Error", {})
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    assumes = error.operation_name == "AssumeRole"
    action = "sts:AssumeRole" if assumes else request.action
    worded = error_of(action, told.get("Code", ""), told.get("Message", ""), status=status)
    if assumes and isinstance(worded, AwsDenied):
        trust = (
            f"{worded.message}; the role must trust this process with external id {use.identity.external_id}"
        )
        return AwsDenied(action, trust, statement_for(action, use.identity.role))
    return worded
