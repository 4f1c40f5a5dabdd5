"""A pipeline brought up to date: what is found now comes in beside what a person decided."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from bot.config.pipeline import (
    GroupConfig,
    InfrastructureConfig,
    Kind,
    PipelineConfig,
    ProjectConfig,
    ShippingConfig,
)
from bot.pack.installing.deciding.settling import settle
from bot.pack.installing.deciding.wishing import (
    IncompleteWishesError,
    Part,
    Wishes,
    remembering,
    suggested_buckets,
    wished,
)

CORE = {"core": ProjectConfig(kind=Kind.CARGO)}
STORE, WIRE = GroupConfig(packages=("store",)), GroupConfig(packages=("wire",))
BASE = PipelineConfig(projects=CORE, groups={"store-tests": STORE})
PLACE = InfrastructureConfig(state="a-state", artifacts="an-artifact")


def test_a_new_member_comes_in_beside_what_a_person_changed() -> None:
    """The workspace got a crate, and a person gave another one more time: both hold."""
    slow = GroupConfig(packages=("store",), time_limit="90m")
    current = replace(BASE, groups={"store-tests": slow}, nightly="30 2 * * *")
    suggested = replace(BASE, groups={"store-tests": STORE, "wire-tests": WIRE})
    settled = settle(BASE, current, suggested)
    assert settled.pipeline == replace(current, groups={"store-tests": slow, "wire-tests": WIRE})
    assert settled.kept == ()


def test_what_a_person_took_out_stays_out() -> None:
    current = replace(BASE, groups={})
    assert settle(BASE, current, replace(BASE, nightly="5 5 * * *")).pipeline.groups == {}


def test_a_member_that_is_gone_goes() -> None:
    assert settle(BASE, BASE, replace(BASE, groups={})).pipeline.groups == {}


def test_where_both_changed_a_person_wins_and_it_is_told() -> None:
    mine, new = GroupConfig(packages=("store", "cache")), GroupConfig(packages=("store2",))
    settled = settle(
        BASE, replace(BASE, groups={"store-tests": mine}), replace(BASE, groups={"store-tests": new})
    )
    assert settled.pipeline.groups == {"store-tests": mine}
    assert settled.kept == ("groups.store-tests.packages",)


def test_what_would_be_no_pipeline_is_not_made() -> None:
    """A person renamed the only project, and detection finds another one: what is there holds."""
    current = replace(BASE, projects={"mine": ProjectConfig(kind=Kind.CARGO)})
    other = replace(BASE, projects={"web": ProjectConfig(kind=Kind.NODE)})
    assert settle(BASE, current, other).pipeline.projects.keys() == {"mine", "web"}
    none = replace(BASE, projects={})
    settled = settle(BASE, BASE, none)
    assert (settled.pipeline, settled.kept) == (BASE, ("pipeline",))


def test_a_part_that_was_nothing_before_is_taken_over_whole() -> None:
    settled = settle(BASE, BASE, replace(BASE, infrastructure=PLACE))
    assert settled.pipeline.infrastructure == PLACE


def test_two_who_give_nothing_a_place_are_compared_key_by_key() -> None:
    mine, new = replace(PLACE, region="eu-west-1"), replace(PLACE, region="us-west-2")
    settled = settle(BASE, replace(BASE, infrastructure=mine), replace(BASE, infrastructure=new))
    assert settled.pipeline.infrastructure == mine
    assert settled.kept == ("infrastructure.region",)


SHIPS = replace(BASE, release=ShippingConfig(binaries=("breakwaterd",)))

RUNNING = replace(PLACE, storage=replace(PLACE.storage, programs=("breakwaterd",)))


def test_what_detection_cannot_know_is_remembered() -> None:
    before = replace(SHIPS, infrastructure=PLACE, autofix=False, metrics=False, nightly="")
    assert remembering(SHIPS, before) == before
    assert remembering(SHIPS, None) == SHIPS


def test_a_release_that_was_left_out_stays_out() -> None:
    assert remembering(SHIPS, BASE).release is None


@pytest.mark.parametrize(
    ("wishes", "expected"),
    [
        (Wishes(), SHIPS),
        (Wishes(parts={Part.RELEASE: False}), BASE),
        (
            Wishes(parts={Part.AUTOFIX: False, Part.METRICS: False}),
            replace(SHIPS, autofix=False, metrics=False),
        ),
        (
            Wishes(
                state_bucket="a-state",
                artifacts_bucket="an-artifact",
                region="eu-west-1",
                environments=("one",),
            ),
            replace(SHIPS, infrastructure=replace(RUNNING, region="eu-west-1", environments=("one",))),
        ),
    ],
)
def test_wishes_hold(wishes: Wishes, expected: PipelineConfig) -> None:
    assert wished(SHIPS, wishes) == expected


def test_a_release_that_was_left_out_comes_when_it_is_wished() -> None:
    found = ShippingConfig(binaries=("gate",))
    wishes = Wishes(parts={Part.RELEASE: True})
    assert wished(BASE, wishes, release=found).release == found
    assert wished(SHIPS, wishes, release=found) == SHIPS
    with pytest.raises(IncompleteWishesError, match="a release could have"):
        wished(BASE, wishes)


def test_where_nothing_is_released_machines_run_nothing() -> None:
    place = Wishes(state_bucket="a-state", artifacts_bucket="an-artifact")
    assert wished(BASE, place) == replace(BASE, infrastructure=PLACE)


def test_a_wish_changes_only_what_it_names() -> None:
    deploys = replace(SHIPS, infrastructure=replace(PLACE, region="eu-west-1"))
    changed = wished(deploys, Wishes(state_bucket="another-state"))
    assert changed.infrastructure == replace(PLACE, region="eu-west-1", state="another-state")
    assert wished(deploys, Wishes(parts={Part.DEPLOY: True})) == deploys
    assert wished(deploys, Wishes(parts={Part.DEPLOY: False})) == SHIPS


@pytest.mark.parametrize(
    ("wishes", "names"),
    [
        (Wishes(region="eu-west-1"), "--state-bucket and --artifacts-bucket"),
        (Wishes(parts={Part.DEPLOY: True}, state_bucket="a-state"), "--artifacts-bucket"),
        (Wishes(state_bucket="NOT_A_BUCKET", artifacts_bucket="an-artifact"), "--state-bucket"),
        (Wishes(state_bucket="a-state", artifacts_bucket="an-artifact", region="over there"), "--region"),
        (
            Wishes(state_bucket="a-state", artifacts_bucket="an-artifact", environments=("a b",)),
            "--environments",
        ),
    ],
)
def test_what_cannot_be_had_names_the_flag(wishes: Wishes, names: str) -> None:
    with pytest.raises(IncompleteWishesError, match=names):
        wished(SHIPS, wishes)


@pytest.mark.parametrize("name", ["acme/breakwater", "Acme/break_water.rs", "a/" + "b" * 100])
def test_suggested_buckets_can_be_buckets(name: str) -> None:
    state, artifacts = suggested_buckets(name)
    assert wished(SHIPS, Wishes(state_bucket=state, artifacts_bucket=artifacts)).infrastructure is not None
