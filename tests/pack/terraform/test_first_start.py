"""A machine's first start: users, disks and timers, by the script that Terraform hands to EC2."""

from __future__ import annotations

import shutil
import subprocess
from typing import TYPE_CHECKING, Any

from tests.support.offline_terraform import ROOT

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.machines import Machine


def test_the_first_start_makes_users_disks_and_timers(machine: Machine, script: str) -> None:
    """A local disk has two names more, for its partitions and its name space; it is one disk."""
    disks = machine.root / "dev/disk/by-id"
    disks.mkdir(parents=True)
    for ending in ("AWS1", "AWS1_1", "AWS1-ns-1", "AWS1-part1", "AWS2"):
        (disks / f"nvme-Amazon_EC2_NVMe_Instance_Storage_{ending}").touch()

    machine.start(script)

    formatted = (machine.shims / "formatted").read_text().splitlines()
    assert [one.rpartition("_")[2] for one in formatted] == ["AWS1", "AWS2"]
    assert [one for one in machine.calls if one.startswith("mount")] == [
        "mount /var/lib/cluster/disk0",
        "mount /var/lib/cluster/disk1",
    ]
    assert any(one.startswith("useradd --system") and one.endswith(" cluster") for one in machine.calls)
    assert (
        "systemctl enable --now pilothouse-node-converge.timer pilothouse-node-watch.timer" in machine.calls
    )
    assert (machine.root / "etc/pilothouse/node.json").stat().st_mode & 0o777 == 0o600


def test_a_disk_that_holds_something_is_never_formatted(machine: Machine, script: str) -> None:
    """A machine that starts again has its data still."""
    disk = machine.root / "dev/disk/by-id/nvme-Amazon_EC2_NVMe_Instance_Storage_AWS1"
    disk.parent.mkdir(parents=True)
    disk.touch()
    machine.start(script)
    machine.start(script)

    assert sum(one.startswith("mkfs") for one in machine.calls) == 1
    assert (machine.root / "etc/fstab").read_text().count(str(disk)) == 1


def test_the_script_is_clean_shell(script: str, tmp_path: Path) -> None:
    (tmp_path / "start.sh").write_text(script)
    shellcheck = shutil.which("shellcheck", path=f"{ROOT}/.venv/bin")

    done = subprocess.run(
        [str(shellcheck), tmp_path / "start.sh"], capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stdout


def test_user_data_is_small_enough(cluster: list[dict[str, Any]]) -> None:
    """EC2 takes 16 KB of it; a quarter is left for more settings."""
    for one in cluster:
        if one["type"] == "aws_instance":
            assert len(one["change"]["after"]["user_data_base64"]) * 3 / 4 < 12_000
