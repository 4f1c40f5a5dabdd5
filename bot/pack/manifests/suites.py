"""Proposes jobs for tests that go beyond one part: a name, what they are counted as, how many of them are worth it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.pack.manifests.naming import job_name, unique
from bot.pack.model import Suite

if TYPE_CHECKING:
    from collections.abc import Iterable

JUNIT = "junit.xml"  # where test results lie, where a tool leaves that to us
MOST = 16  # jobs of one project: each of them builds for itself
# The words of a test's name, in the order in which they count: a `jepsen_cluster` is a Jepsen test.
CATEGORIES = (
    ("jepsen", re.compile(r"jepsen|lineari[sz]ab", re.IGNORECASE)),
    ("performance", re.compile(r"(^|[^a-z])(perf|bench|latency|throughput)|performance", re.IGNORECASE)),
    ("security", re.compile(r"security|(^|[^a-z])(authz?|acl)([^a-z]|$)|penetration", re.IGNORECASE)),
    (
        "property",
        re.compile(r"(^|[^a-z])prop(s|tests?|erty|erties)?([^a-z]|$)|quickcheck|fuzz", re.IGNORECASE),
    ),
    ("distributed", re.compile(r"distributed|multi[_-]?node|cluster|failover|replicat|chaos", re.IGNORECASE)),
)
_COUNTED = "integration"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Tests that could be a job."""

    name: str  # of the tests
    owner: str  # the part they are of, as it is named shortly
    run: str


def category_of(name: str) -> str:
    """This function will say as what tests of such a name are counted."""
    return next((category for category, words in CATEGORIES if words.search(name)), _COUNTED)


def named_suites(wanted: Iterable[Wanted]) -> tuple[Suite, ...]:
    """This function will name each job after its tests, and after whose they are where two have the same."""
    found = tuple(wanted)
    names = [job_name(one.name.replace("_", "-")) for one in found]
    taken: set[str] = set()
    return tuple(
        Suite(
            name=unique(name if names.count(name) == 1 else job_name(f"{one.owner}-{name}"), taken),
            run=one.run,
            category=category_of(one.name),
        )
        for one, name in zip(found, names, strict=True)
    )
