"""Proposes jobs for the test targets of crates: one each, or one for each crate where there are many."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from bot.pack.manifests.naming import short_names
from bot.pack.manifests.suites import MOST, Wanted, named_suites

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from bot.pack.manifests.crate_targets import Test
    from bot.pack.model import Suite

_EVERYTHING = "integration-full"


def rust_suites(tests: Mapping[str, tuple[Test, ...]]) -> tuple[Suite, ...]:
    """This function will propose the jobs for test targets, given by crate."""
    having = {crate: found for crate, found in tests.items() if found}
    if sum(len(found) for found in having.values()) <= MOST:
        return named_suites(_by_target(having))
    if len(having) <= MOST:
        return named_suites(_by_crate(having))
    return named_suites((Wanted(name=_EVERYTHING, owner="", run="cargo nextest run --workspace --test '*'"),))


def _by_target(having: Mapping[str, tuple[Test, ...]]) -> Iterator[Wanted]:
    short = short_names(tuple(having))
    for crate, found in having.items():
        for test in found:
            features = f" --features {shlex.quote(','.join(test.features))}" if test.features else ""
            run = f"cargo nextest run -p {shlex.quote(crate)} --test {shlex.quote(test.name)}{features}"
            yield Wanted(name=test.name, owner=short[crate], run=run)


def _by_crate(having: Mapping[str, tuple[Test, ...]]) -> Iterator[Wanted]:
    short = short_names(tuple(having))
    for crate, found in having.items():
        features = sorted({feature for test in found for feature in test.features})
        asked = f" --features {shlex.quote(','.join(features))}" if features else ""
        yield Wanted(
            name=f"{short[crate]}-integration",
            owner=short[crate],
            run=f"cargo nextest run -p {shlex.quote(crate)} --test '*'{asked}",
        )
