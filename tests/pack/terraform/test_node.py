"""A machine's first start, and how it keeps itself at what is released: the real programs, against moto's S3."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.machines import INSTANCE, PLAIN, Machine, first_start
from tests.support.offline_terraform import ROOT

pytestmark = pytest.mark.no_cover

NODE = ROOT / "bot" / "templates" / "terraform" / "node"
ONE, TWO = "1" * 40, "2" * 40
AT = "2026-01-31T12:00:00Z"


def _release(digest: str, sha: str = ONE, **more: object) -> dict[str, Any]:
    """As deploy-binaries writes it."""
    told = {"version": 1, "sha": sha, "digest": digest, "prefix": f"builds/{sha}/{digest[7:]}"}
    return told | {"canary": 100, "nodes": [], "lease": 1, "at": AT, "previous": None} | more


def _current(machine: Machine) -> bytes:
    return (machine.root / "opt/pilothouse/current/breakwaterd").read_bytes()


def test_it_says_that_nothing_is_released_yet(started: Machine) -> None:
    started.keep()

    told = started.told()
    assert (told["sha"], told["healthy"], told["group"]) == ("", False, "storage")
    assert told["problem"] == "nothing is released to it yet"


def test_it_runs_what_is_released(started: Machine) -> None:
    digest = started.push(ONE, breakwaterd=b"one", other=b"for others")
    started.release(_release(digest))

    started.keep()

    assert _current(started) == b"one"
    assert "systemctl restart pilothouse-breakwaterd.service" in started.calls
    told = started.told()
    assert {
        "sha": ONE,
        "digest": digest,
        "release": ONE,
        "healthy": True,
        "draining": False,
    }.items() <= told.items()
    assert not (started.root / f"opt/pilothouse/{digest[7:]}/other").exists()


def test_it_does_nothing_twice(started: Machine) -> None:
    """It looks every 15 seconds; only what has changed is done and told."""
    started.release(_release(started.push(ONE, breakwaterd=b"one")))
    started.keep()
    first = started.told()
    started.keep()

    assert sum("restart" in one for one in started.calls) == 1
    assert started.told() == first


def test_a_rollback_puts_back_what_was_there(started: Machine) -> None:
    first = started.push(ONE, breakwaterd=b"one")
    for digest, sha in ((first, ONE), (started.push(TWO, breakwaterd=b"two"), TWO), (first, ONE)):
        started.release(_release(digest, sha))
        started.keep()

    assert _current(started) == b"one"
    assert started.told()["sha"] == ONE


def test_only_the_release_and_the_one_before_stay_on_the_disk(started: Machine) -> None:
    for number in range(4):
        started.release(_release(started.push(ONE, breakwaterd=b"%d" % number)))
        started.keep()

    kept = [one.name for one in (started.root / "opt/pilothouse").iterdir() if len(one.name) == 64]
    assert len(kept) == 2
    assert _current(started) == b"3"


def test_a_canary_reaches_the_machines_that_it_names(started: Machine) -> None:
    """The others keep what they run, whichever step comes next."""
    first = started.push(ONE, breakwaterd=b"one")
    started.release(_release(first))
    started.keep()
    second, before = started.push(TWO, breakwaterd=b"two"), {"sha": ONE, "digest": first}
    started.release(_release(second, TWO, canary=10, nodes=["i-0ffffffffffffffff"], previous=before))
    started.keep()
    assert (started.told()["sha"], started.told()["release"]) == (ONE, ONE)

    started.release(_release(second, TWO, canary=50, nodes=[INSTANCE], previous=before))
    started.keep()

    assert _current(started) == b"two"


def test_a_new_machine_outside_of_a_canary_runs_what_the_others_run(started: Machine) -> None:
    first = started.push(ONE, breakwaterd=b"one")
    second = started.push(TWO, breakwaterd=b"two")
    started.release(_release(second, TWO, canary=10, previous={"sha": ONE, "digest": first}))

    started.keep()

    assert _current(started) == b"one"


def test_without_anything_before_a_machine_outside_of_a_canary_waits(started: Machine) -> None:
    started.release(_release(started.push(ONE, breakwaterd=b"one"), canary=10))

    started.keep()

    assert started.told()["problem"] == "nothing is released to it yet"


def test_two_builds_of_one_commit_are_two_releases(started: Machine) -> None:
    """Builds need not be reproducible; what was approved is told by the digest."""
    started.release(_release(started.push(ONE, breakwaterd=b"one")))
    started.keep()
    started.release(_release(started.push(ONE, breakwaterd=b"one, built again")))

    started.keep()

    assert _current(started) == b"one, built again"


@pytest.mark.parametrize("what", ["a program", "the checksums"])
def test_what_was_exchanged_in_the_bucket_never_runs(started: Machine, what: str) -> None:
    """The digest was approved; whoever writes to the bucket afterwards changes nothing."""
    started.release(_release(started.push(ONE, breakwaterd=b"one")))
    started.keep()
    digest = started.push(TWO, breakwaterd=b"two")
    exchanged = "breakwaterd" if what == "a program" else "SHA256SUMS"
    started.s3.put_object(Bucket=started.bucket, Key=f"builds/{TWO}/{digest[7:]}/{exchanged}", Body=b"evil")
    started.release(_release(digest, TWO))

    started.keep()

    assert _current(started) == b"one"
    told = started.told()
    assert (told["sha"], told["healthy"]) == (ONE, False)
    assert "not what was released" in told["problem"]


HOSTILE = {
    "a list": [],
    "no commit": {"version": 1, "canary": 100},
    "a path for a commit": {"sha": "../../../etc", "digest": f"sha256:{'0' * 64}", "canary": 100},
    "another digest": {"sha": ONE, "digest": "md5:1", "canary": 100},
    "a word for a part": {"sha": ONE, "digest": f"sha256:{'0' * 64}", "canary": "all", "nodes": 5},
}


@pytest.mark.parametrize("told", HOSTILE.values(), ids=HOSTILE)
def test_what_is_no_release_is_told_and_not_run(started: Machine, told: object) -> None:
    started.release(told)

    started.keep()

    assert started.told()["problem"].startswith("release.json ")
    assert not (started.root / "opt/pilothouse/current").exists()


def test_a_program_that_does_not_get_well_is_told(started: Machine) -> None:
    """The rollback is the bot's decision: the machine only says how it is."""
    started.release(_release(started.push(ONE, breakwaterd=b"one")))
    started.metadata.is_well = False

    started.keep()

    told = started.told()
    assert (told["sha"], told["healthy"]) == (ONE, False)
    assert told["problem"] == "breakwaterd does not run, or is not healthy"


def test_a_spot_instance_that_is_taken_back_is_drained(machine: Machine, script: str) -> None:
    """Two minutes are left: its programs are stopped, it says so, and it begins nothing more."""
    drained = machine.folder / "drained"
    machine.start(script, programs={"breakwaterd": PLAIN | {"drain": f"touch {drained}"}})
    machine.release(_release(machine.push(ONE, breakwaterd=b"one")))
    machine.keep()
    machine.keep("watch")
    assert not drained.exists()

    machine.metadata.told["spot/instance-action"] = '{"action": "terminate", "time": "2026-01-31T12:02:00Z"}'
    machine.keep("watch")
    machine.release(_release(machine.push(TWO, breakwaterd=b"two"), TWO))
    machine.keep()

    assert drained.exists()
    assert "systemctl stop pilothouse-breakwaterd.service" in machine.calls
    assert _current(machine) == b"one"
    assert (machine.told()["draining"], machine.told()["healthy"]) == (True, False)


def test_a_service_is_written_with_nothing_filled_in(machine: Machine, script: str) -> None:
    """Systemd fills in $ and %, and splits words; an argument is what was written in the settings."""
    odd = PLAIN | {
        "arguments": ["--name", 'a "b" $HOME %h', "line\nbreak"],
        "environment": {"RATE": "5%"},
        "capabilities": ["CAP_SYS_ADMIN"],
    }
    machine.start(script, programs={"breakwaterd": odd})
    machine.release(_release(machine.push(ONE, breakwaterd=b"one")))

    machine.keep()

    unit = (machine.root / "etc/systemd/system/pilothouse-breakwaterd.service").read_text()
    assert '/current/breakwaterd" "--name" "a \\"b\\" $$HOME %%h" "line\\nbreak"\n' in unit
    assert 'Environment="RATE=5%%"\n' in unit
    assert "AmbientCapabilities=CAP_SYS_ADMIN\n" in unit
    assert "User=cluster\n" in unit


def test_a_machine_of_a_fleet_learns_its_group_from_its_tag(
    machine: Machine, cluster: list[dict[str, Any]]
) -> None:
    """A launch template is the same for all; the bot tags what it makes."""
    (found,) = [one["change"]["after"] for one in cluster if one["address"] == "aws_launch_template.machine"]
    machine.start(first_start(found["user_data"]))
    told = (machine.root / "etc/pilothouse/node.json").read_text()
    (machine.root / "etc/pilothouse/node.json").write_text(
        told.replace("https://s3.us-east-1.amazonaws.com", machine.s3.meta.endpoint_url)
    )
    machine.metadata.told["tags/instance/pilothouse:group"] = "client"
    machine.release(_release(machine.push(ONE, **{"breakwater-fuse": b"one"})))

    machine.keep()

    assert machine.told()["group"] == "client"
    assert (machine.root / "opt/pilothouse/current/breakwater-fuse").read_bytes() == b"one"
