"""Jobs outlive whoever began them, begin once, and end with all that they started, whichever way a host is reached."""

from __future__ import annotations

import asyncio
import sys
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from bot.supervision.hosts import jobs
from bot.supervision.hosts.jobs import Job, JobLook, JobState, begin, end, look
from bot.supervision.hosts.local import LocalHost
from bot.supervision.hosts.model import Order, Result, Unknown
from bot.supervision.programs.ordering import script
from tests.support.driving_hosts import WAYS, reached
from tests.support.processes import can_confine, is_alive, number_in, running
from tests.support.waiting import until

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from bot.supervision.hosts.model import Host

KEY = "fix-1"
# What leaves its session, and is up before the job ends.
LEAVING = "(setsid {} sh -c 'echo up > far; exec sleep 600' &); until [ -s far ]; do sleep 0.05; done"


@pytest.fixture(params=WAYS)
async def host(request: pytest.FixtureRequest) -> AsyncIterator[Host]:
    """This machine, reached in each of the two ways."""
    async with reached(request.param) as made:
        yield made.host


def job(tmp_path: Path, text: str, *arguments: str, seconds: int = 60) -> Job:
    """This function will make a job of a line of shell, in a folder with an odd name."""
    folder = str(tmp_path / "it's a job\n{{ x }}")
    argv = ("sh", "-c", text, "test", *arguments)
    return Job(argv=argv, folder=folder, cwd=str(tmp_path), limit=timedelta(seconds=seconds))


async def over(host: Host, folder: str) -> JobLook:
    """This function will wait until a job no longer runs."""
    for _ in range(400):
        seen = await look(host, folder, 0)
        assert isinstance(seen, JobLook)
        if seen.state is not JobState.RUNNING:
            return seen
        await asyncio.sleep(0.05)
    raise AssertionError(seen)


async def test_a_job_tells_its_output_and_how_it_ended(host: Host, tmp_path: Path) -> None:
    strange = "a b; $HOME '\"` \\ ü\n{{ x }}"
    made = job(tmp_path, 'printf "%s|%s|" "$1" "$PWD"; echo err >&2; exit 3', strange)
    assert await begin(host, made, KEY) is None
    seen = await over(host, made.folder)
    assert (seen.state, seen.code, seen.is_cut) == (JobState.ENDED, 3, False)
    assert seen.out.decode() == f"{strange}|{tmp_path}|err\n"
    rest = await look(host, made.folder, seen.size - 4)
    assert isinstance(rest, JobLook)
    assert rest.out == b"err\n"


async def test_a_job_has_its_own_environment_and_home_alone(
    host: Host, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PILOTHOUSE_WEBHOOK_SECRET", "hush")
    odd = "two words\nand a line = more"
    argv = ("env", "-0")
    made = Job(
        argv=argv, folder=str(tmp_path / "job"), cwd="/", environment={"FIXER": odd}, home=str(tmp_path)
    )
    await begin(host, made, KEY)
    told = dict(one.split("=", 1) for one in (await over(host, made.folder)).out.decode().split("\0") if one)
    assert told["FIXER"] == odd
    assert told["HOME"] == str(tmp_path)
    names = {"FIXER", "HOME", "PATH", "USER", "LOGNAME", "LC_ALL", "PILOTHOUSE_JOB", "PWD"}
    assert told.keys() <= names


async def test_the_same_job_begins_once(host: Host, tmp_path: Path) -> None:
    made = job(tmp_path, "echo ran >> ran; sleep 0.2")
    answers = await asyncio.gather(*(begin(host, made, KEY) for _ in range(3)))
    assert answers == [None, None, None]
    await over(host, made.folder)
    assert await begin(host, made, KEY) is None
    assert (tmp_path / "ran").read_text() == "ran\n"
    assert await begin(host, made, "another") == "its folder belongs to another job"


async def test_what_others_left_in_its_folder_is_not_taken_for_a_job(tmp_path: Path) -> None:
    """Whoever runs before it as the same user may say beforehand how it will have ended; not without its key."""
    made = job(tmp_path, "exit 3")
    folder = tmp_path / "it's a job\n{{ x }}"
    folder.mkdir()
    (tmp_path / "forged").write_text("ended 0 1 no -\n")
    (folder / "state").symlink_to(tmp_path / "forged")
    (folder / "pid").write_text("1 1 1 1\n")
    (folder / "out").mkdir()
    assert await begin(LocalHost(), made, KEY) is None
    assert (await over(LocalHost(), made.folder)).code == 3
    assert (tmp_path / "forged").read_text() == "ended 0 1 no -\n"
    (folder / "key").write_text("guessed\n")
    assert await begin(LocalHost(), made, KEY) == "its folder belongs to another job"


async def test_a_job_that_hangs_is_killed_at_its_limit_with_what_left_its_session(
    host: Host, tmp_path: Path
) -> None:
    made = job(
        tmp_path, "setsid sh -c 'echo $$ > far; exec sleep 600' & echo $$ > near; exec sleep 600", seconds=1
    )
    assert await begin(host, made, KEY) is None
    await until(lambda: (tmp_path / "far").exists() and (tmp_path / "near").exists())
    seen = await over(host, made.folder)
    assert (seen.state, seen.seconds < 20) == (JobState.KILLED, True)
    await until(lambda: not running("sleep 600", tmp_path))


async def test_what_hides_from_a_job_ends_with_it(tmp_path: Path) -> None:
    """A process that left the session and took off its mark is killed, too, where the host allows spaces of processes.

    https://github.com/SWE-agent/mini-swe-agent/issues/826
    """
    if not can_confine():
        pytest.skip("this machine gives no space of processes")
    made = job(
        tmp_path,
        LEAVING.format("env -i"),
    )
    assert await begin(LocalHost(), made, KEY) is None
    await until((tmp_path / "far").exists)
    found = number_in("sleep 600", tmp_path)
    seen = await over(LocalHost(), made.folder)
    assert seen.state is JobState.ENDED
    await until(lambda: not any(is_alive(one) for one in found))


async def test_without_a_space_of_processes_the_mark_finds_what_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "script", lambda name: script(name).replace("unshare", "no-such-program"))
    made = job(tmp_path, LEAVING.format(""))
    assert await begin(LocalHost(), made, KEY) is None
    await until((tmp_path / "far").exists)
    found = number_in("sleep 600", tmp_path)
    seen = await over(LocalHost(), made.folder)
    assert (seen.state, len(found)) == (JobState.ENDED, 1)
    assert not any(is_alive(one) for one in found)


async def test_a_job_can_be_ended_and_twice_is_as_once(host: Host, tmp_path: Path) -> None:
    made = job(tmp_path, "echo on; sleep 600")
    await begin(host, made, KEY)
    found = await asyncio.to_thread(number_in, "sleep 600", tmp_path)
    assert await end(host, made.folder) is None
    assert not any(is_alive(one) for one in found)
    assert await end(host, made.folder) is None
    seen = await look(host, made.folder, 0)
    assert isinstance(seen, JobLook)
    assert (seen.state, seen.code, seen.out) == (JobState.KILLED, None, b"on\n")


async def test_a_job_that_has_just_begun_can_be_ended(tmp_path: Path) -> None:
    made = job(tmp_path, "echo up > up; sleep 0.5; echo on > on")
    beginning = asyncio.create_task(begin(LocalHost(), made, KEY))
    await until(lambda: Path(made.folder, "key").exists() or beginning.done())
    assert await end(LocalHost(), made.folder) is None
    await beginning
    seen = await look(LocalHost(), made.folder, 0)
    assert isinstance(seen, JobLook)
    assert seen.state is JobState.KILLED
    assert not (tmp_path / "on").exists()


async def test_a_job_that_never_began_is_gone_and_its_end_is_no_problem(tmp_path: Path) -> None:
    seen = await look(LocalHost(), str(tmp_path / "none"), 0)
    assert seen == JobLook(state=JobState.GONE, code=None, out=b"", size=0, seconds=0)
    assert await end(LocalHost(), str(tmp_path / "none")) is None


async def test_output_without_end_is_kept_up_to_its_most(tmp_path: Path) -> None:
    made = Job(
        argv=("sh", "-c", "yes | head -c 2000000"), folder=str(tmp_path / "job"), cwd="/", most_output=50_000
    )
    await begin(LocalHost(), made, KEY)
    seen = await over(LocalHost(), made.folder)
    assert (seen.state, seen.code, seen.size, seen.is_cut) == (JobState.ENDED, 0, 50_000, True)
    assert 0 < len(seen.out) < seen.size
    assert (tmp_path / "job/out").stat().st_size == 50_000


async def test_bytes_of_any_kind_arrive_as_they_were(host: Host, tmp_path: Path) -> None:
    made = job(tmp_path, r"printf '\000\377\n\n\200'")
    await begin(host, made, KEY)
    assert (await over(host, made.folder)).out == b"\0\xff\n\n\x80"


async def test_a_job_goes_on_when_the_bot_is_killed(tmp_path: Path) -> None:
    """Whoever comes next finds it by its folder."""
    program = (
        "import asyncio, os, signal, sys\n"
        "from bot.supervision.hosts.jobs import Job, begin\n"
        "from bot.supervision.hosts.local import LocalHost\n"
        "text = 'until [ -e go ]; do sleep 0.05; done; echo done'\n"
        "job = Job(argv=('sh', '-c', text), folder=sys.argv[1], cwd=sys.argv[2])\n"
        "print(asyncio.run(begin(LocalHost(), job, 'fix-1')), flush=True)\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    folder = str(tmp_path / "job")
    bot = await asyncio.create_subprocess_exec(
        sys.executable, "-c", program, folder, str(tmp_path), stdout=asyncio.subprocess.PIPE
    )
    told, _ = await bot.communicate()
    assert (told, bot.returncode) == (b"None\n", -9)
    seen = await look(LocalHost(), folder, 0)
    assert isinstance(seen, JobLook)
    assert seen.state is JobState.RUNNING
    (tmp_path / "go").touch()
    assert (await over(LocalHost(), folder)).out == b"done\n"


@pytest.mark.parametrize("field", [1, 2])
async def test_another_process_with_its_number_is_not_taken_for_it(tmp_path: Path, field: int) -> None:
    """After a restart of the host, or much later, the number of a process is given to another."""
    made = job(tmp_path, "sleep 600")
    await begin(LocalHost(), made, KEY)
    file = tmp_path / "it's a job\n{{ x }}/pid"
    words = file.read_text().split()
    words[field] = "1"
    own, text = file.read_text(), " ".join(words)
    file.write_text(text + "\n")
    seen = await look(LocalHost(), made.folder, 0)
    assert isinstance(seen, JobLook)
    assert seen.state is JobState.GONE
    file.write_text(own)
    assert await end(LocalHost(), made.folder) is None


async def test_what_cannot_begin_says_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").touch()
    blocked = Job(argv=("true",), folder=str(tmp_path / "file/job"), cwd="/")
    assert str(await begin(LocalHost(), blocked, KEY)).startswith("its folder cannot be written: ")
    monkeypatch.setattr(jobs, "script", lambda name: script(name).replace("umask 077", "exit 9"))
    assert await begin(LocalHost(), job(tmp_path, "true"), KEY) == "it was begun and is gone"


async def test_a_job_in_a_folder_that_is_not_there_fails(tmp_path: Path) -> None:
    made = Job(argv=("true",), folder=str(tmp_path / "job"), cwd=str(tmp_path / "none"))
    await begin(LocalHost(), made, KEY)
    seen = await over(LocalHost(), made.folder)
    assert (seen.state, seen.code) == (JobState.ENDED, 126)


class _Odd:
    """A host that says something else."""

    def __init__(self, answer: Result | Unknown) -> None:
        self.answer = answer

    async def run(self, order: Order) -> Result | Unknown:
        """This function will answer so."""
        del order
        return self.answer


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (Unknown(why="nobody answered"), "nobody answered"),
        (Result(code=2, out="", err="sh:  broken\n"), "exit 2: sh: broken"),
        (Result(code=0, out="lacking\nps\n", err=""), "its host lacks ps"),
        (Result(code=0, out="what\n", err=""), "exit 0: what"),
    ],
)
async def test_what_a_host_does_not_say_is_unknown(
    tmp_path: Path, answer: Result | Unknown, why: str
) -> None:
    assert await begin(_Odd(answer), job(tmp_path, "true"), KEY) == why
    assert isinstance(await look(_Odd(answer), "/job", 0), Unknown)
    assert isinstance(await end(_Odd(answer), "/job"), Unknown)


async def test_output_that_arrives_in_pieces_is_unknown() -> None:
    torn = Result(code=0, out="ended 0 1 no 3\nYW", err="")
    assert await look(_Odd(torn), "/job", 0) == Unknown(why="its output did not arrive whole")
