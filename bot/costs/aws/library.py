"""Loads AWS's library at the first request: a bot that reads no account does without its weight."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bot.costs.aws.asking import AwsRequest, Counts, Use
    from bot.costs.aws.clients import Clients

# The modules are imported where they are needed first, in a thread that waits for AWS anyway.
# ruff: noqa: PLC0415


class Library:
    """The requests that go through AWS's library; any thread may make them.

    Args:
        endpoint_url: where AWS is asked; empty: at its own addresses.
    """

    def __init__(self, endpoint_url: str) -> None:
        self._endpoint_url = endpoint_url
        self._lock = threading.Lock()
        self._clients: Clients | None = None

    def one_answer(self, use: Use, request: AwsRequest, counts: Counts) -> dict[str, Any]:
        """This function will return AWS's answer to one request."""
        from bot.costs.aws.requests import one_answer

        return one_answer(self._opened(), use, request, counts)

    def all_pages(self, use: Use, request: AwsRequest, counts: Counts) -> list[dict[str, Any]]:
        """This function will return all pages of an answer."""
        from bot.costs.aws.requests import all_pages

        return all_pages(self._opened(), use, request, counts)

    def own_account(self, region: str) -> str:
        """This function will return the account that the process's own credentials are of."""
        from bot.costs.aws.requests import own_account

        return own_account(self._opened(), region)

    def _opened(self) -> Clients:
        from bot.costs.aws.clients import Clients

        with self._lock:
            if self._clients is None:
                self._clients = Clients(self._endpoint_url)
            return self._clients
