"""Faults on demand: what goes wrong with which requests and deliveries, how often, reproducibly."""

from __future__ import annotations

import random
import re
import time
from dataclasses import dataclass, field
from typing import Literal

Kind = Literal["status", "secondary", "primary", "latency", "drop"]
DeliveryKind = Literal["fail", "lose", "duplicate", "delay"]


@dataclass(slots=True, kw_only=True)
class Fault:
    """A rule about requests.

    `status`: answered with that status and `message`, before or `after` doing it; `secondary` and `primary`:
    that rate limit; `latency`: `seconds` later; `drop`: the connection closes, before or after. A secondary
    limit that `lasts` refuses everything it matches until that many seconds after its first hit. A primary
    limit ends after `seconds`, by default with its hour. `body` finds requests by what they send, such as a
    GraphQL document.
    """

    kind: Kind
    method: str = "*"
    path: str = ".*"
    body: str = ""
    count: int | None = None
    probability: float = 1.0
    after: bool = False
    status: int = 502
    message: str = "Server Error"
    retry_after: int | None = None
    seconds: float = 0.0
    lasts: float = 0.0
    hits: int = 0
    until: float = field(default=0.0, init=False)

    def matches(self, method: str, path: str, body: bytes) -> bool:
        """This function will say whether the rule speaks of this request."""
        named = self.method in {"*", method} and re.search(self.path, path) is not None
        return named and (not self.body or re.search(self.body.encode(), body) is not None)


@dataclass(slots=True, kw_only=True)
class DeliveryFault:
    """A rule about webhook deliveries.

    `fail`: listed as failed without reaching the receiver; `lose`: neither sent nor listed;
    `duplicate`: sent twice with one GUID; `delay`: sent up to `seconds` later, so that others overtake it.
    """

    kind: DeliveryKind
    event: str = ".*"
    count: int | None = None
    probability: float = 1.0
    seconds: float = 0.0
    hits: int = 0

    def matches(self, event: str) -> bool:
        """This function will say whether the rule speaks of this event."""
        return re.search(self.event, event) is not None


class Faults:
    """The rules in force and the dice they are thrown with."""

    def __init__(self, seed: int = 0) -> None:
        self.random = random.Random(seed)  # noqa: S311 - reproducible dice, no secret
        self.requests: list[Fault] = []
        self.deliveries: list[DeliveryFault] = []

    def add(self, *rules: Fault | DeliveryFault) -> None:
        """This function will put rules in force."""
        for rule in rules:
            if isinstance(rule, Fault):
                self.requests.append(rule)
            else:
                self.deliveries.append(rule)

    def clear(self) -> None:
        """This function will lift all rules."""
        self.requests.clear()
        self.deliveries.clear()

    def strike(self, method: str, path: str, body: bytes = b"") -> tuple[Fault, ...]:
        """This function will give the rules that hit this request: latencies, then at most one other."""
        struck: list[Fault] = []
        for rule in self.requests:
            if rule.matches(method, path, body) and self._fires(rule):
                struck.append(rule)
                if rule.kind != "latency":
                    break
        return tuple(struck)

    def _fires(self, rule: Fault) -> bool:
        now = time.monotonic()
        if now < rule.until:
            rule.hits += 1
            return True
        if not self._throw(rule):
            return False
        rule.until = now + rule.lasts
        return True

    def strike_delivery(self, event: str) -> DeliveryFault | None:
        """This function will give the first rule that hits this delivery."""
        for rule in self.deliveries:
            if rule.matches(event) and self._throw(rule):
                return rule
        return None

    def _throw(self, rule: Fault | DeliveryFault) -> bool:
        if rule.count == 0 or (rule.probability < 1 and self.random.random() >= rule.probability):
            return False
        if rule.count is not None:
            rule.count -= 1
        rule.hits += 1
        return True
