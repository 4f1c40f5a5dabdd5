"""On a disk that is full, a job is still told how it ended, and nothing is written by halves."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
SIZE = 256  # KiB
# A small disk of the test's own, in a space of mounts of its own: that takes no rights.
MOUNTED = 'mount -t tmpfs -o mode=700,size="$1"k none "$2" && shift 2 && exec "$@"'
PROGRAM = """
import asyncio, json, os, sys
from pathlib import Path
from bot.supervision.hosts.files import write_file
from bot.supervision.hosts.jobs import Job, begin, look
from bot.supervision.hosts.local import LocalHost

HOST = LocalHost(user="root")  # as which this is run, whoever that is outside

async def over(folder):
    while (seen := await look(HOST, folder, 0)).state == "running":
        await asyncio.sleep(0.05)
    return seen

async def main(disk):
    kept = "the old one"
    Path(disk, "old").write_text(kept)
    text = "head -c 1000000 /dev/zero; cat /dev/zero > fill; exit 7"
    job = Job(argv=("sh", "-c", text), folder=disk + "/job", cwd=disk)
    told = {"begun": await begin(HOST, job, "key")}
    seen = await over(job.folder)
    told["ended"] = [seen.state, seen.code, seen.is_cut, seen.size < 1000000]
    with open(disk + "/fill", "wb", buffering=0) as file:
        try:
            while True:
                file.write(bytes(4096))
        except OSError:
            pass
    told["second"] = await begin(HOST, Job(argv=("true",), folder=disk + "/two", cwd=disk), "key")
    told["file"] = await write_file(HOST, disk + "/old", os.urandom(9000), 0o600)
    told["old"] = Path(disk, "old").read_text() == kept
    told["names"] = sorted(os.listdir(disk))
    print(json.dumps(told))

asyncio.run(main(sys.argv[1]))
"""


async def test_a_full_disk_is_told(tmp_path: Path) -> None:
    inside = ["unshare", "--user", "--map-root-user", "--mount"]
    mounted = [*inside, "sh", "-c", MOUNTED, "disk", str(SIZE), str(tmp_path)]
    if subprocess.run([*mounted, "true"], check=False, capture_output=True).returncode:  # noqa: ASYNC221 - at once
        pytest.skip("this machine gives no space of mounts")
    call = [*mounted, sys.executable, "-c", PROGRAM, str(tmp_path)]
    done = await asyncio.to_thread(
        subprocess.run, call, cwd=ROOT, check=False, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["begun"] is None
    assert told["ended"] == ["ended", 7, True, True]
    assert told["second"] == "its folder cannot be written: No space left on device"
    assert told["file"] == f"{tmp_path}/old cannot be written: No space left on device"
    assert told["old"]
    assert told["names"] == ["fill", "job", "old", "two"]
