"""The alarm's own script, run as GitHub would run it, beside a bot that falls silent and comes back."""

from __future__ import annotations

import asyncio
import sys
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from typing import TYPE_CHECKING

from click.testing import CliRunner
from ruamel.yaml import YAML

from bot.cli.supervision import supervision
from bot.localhub.state import issues
from tests.support.beating import Beating, beating

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from bot.localhub.state.nouns import Issue

AGENTS = "agents: {A1: {}}\nsupervision: {}\n"
SILENT = timedelta(hours=3)


class Alarm:
    """Runs the workflow's only step against the local GitHub."""

    def __init__(self, here: Beating, folder: Path) -> None:
        self.here = here
        text = files("bot").joinpath("templates/workflows/pilothouse-alarm.yml").read_text()
        (step,) = YAML(typ="safe").load(text)["jobs"]["listen"]["steps"]
        assert step["shell"] == "python"
        self.environment = {name: value for name, value in step["env"].items() if "${{" not in value}
        self.script = folder / "alarm.py"
        self.script.write_text(step["run"])

    async def run(self) -> tuple[int, str]:
        """This function will run it once, and return its exit status and what it wrote."""
        hub, repository = self.here.bot.hub, self.here.bot.repository
        token = hub.access.job_token(repository, {"issues": "write", "metadata": "read"})
        environment = {
            **self.environment,
            "GITHUB_TOKEN": token.text,
            "GITHUB_API_URL": hub.url,
            "GITHUB_REPOSITORY": repository.full_name,
            "HEART": f"{hub.slug}[bot]",
        }
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-I",
            str(self.script),
            env=environment,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        out, _ = await process.communicate()
        assert process.returncode is not None
        return process.returncode, out.decode()

    @property
    def raised(self) -> list[Issue]:
        """The issues of the alarm."""
        every = self.here.bot.repository.issues.values()
        return [one for one in every if one.author.login == "github-actions[bot]"]


@asynccontextmanager
async def alarmed(folder: Path) -> AsyncIterator[Alarm]:
    """This function will open a bot whose clock is three hours behind, and the alarm, which knows the time."""
    behind = datetime.now(UTC).replace(microsecond=0) - SILENT
    async with beating(folder, AGENTS, begin=behind) as here:
        yield Alarm(here, folder)


async def test_a_bot_that_falls_silent_raises_one_alarm_and_closes_it(tmp_path: Path) -> None:
    """A dead bot has one issue opened, however often the alarm runs; it is closed when the bot is back."""
    async with alarmed(tmp_path) as alarm:
        await alarm.here.beat()
        for _ in range(2):
            assert await alarm.run() == (0, f"Alarm: #2 was not edited since {alarm.here.at} UTC.\n")
        (raised,) = alarm.raised
        assert [label.name for label in raised.labels] == ["pilothouse-alarm"]
        alarm.here.bot.clock.advance(SILENT - timedelta(minutes=20))
        await alarm.here.watched()
        await alarm.here.beat()
        assert await alarm.run() == (0, "Pilothouse is well.\n")
        assert raised.state == "closed"
        assert raised.body is not None
        assert "All is well again" in raised.body


async def test_a_person_who_closes_the_alarm_is_heard(tmp_path: Path) -> None:
    """An alarm that a person closed is not raised again for the same silence, but for the next one it is."""
    async with alarmed(tmp_path) as alarm:
        await alarm.here.beat()
        await alarm.run()
        bot = alarm.here.bot
        issues.set_state(bot.hub.store, bot.repository, alarm.raised[0], "closed", bot.ada)
        _, told = await alarm.run()
        assert "A person closed" in told
        await alarm.here.beat(after=timedelta(minutes=15))
        await alarm.run()
        assert [one.state for one in alarm.raised] == ["closed", "open"]


async def test_a_part_that_is_late_is_told(tmp_path: Path) -> None:
    """A bot that answers while its watchdog does not look any more is no healthy bot."""
    async with alarmed(tmp_path) as alarm:
        await alarm.here.watched()
        await alarm.here.beat(after=SILENT - timedelta(minutes=5))
        _, told = await alarm.run()
        assert told.startswith("Alarm: Sessions: not looked at since")
        await alarm.here.watched()
        await alarm.here.beat(after=timedelta(minutes=1))
        assert await alarm.run() == (0, "Pilothouse is well.\n")


async def test_what_others_write_is_no_heartbeat(tmp_path: Path) -> None:
    """A heartbeat that a stranger copied is not believed; without a real one the alarm is raised."""
    async with alarmed(tmp_path) as alarm:
        bot = alarm.here.bot
        fresh = '{"at": "2099-01-01T00:00:00Z", "limit": 9, "parts": []}'
        text = f"<!-- pilothouse:heartbeat -->\n<!-- {fresh} -->"
        forged = issues.open_issue(bot.hub.store, bot.repository, title="x", body=text, author=bot.ada)
        issues.set_labels(bot.hub.store, bot.repository, forged, ["pilothouse-heartbeat"], bot.ada)
        _, told = await alarm.run()
        assert told.startswith("Alarm: There is no heartbeat issue")


async def test_labels_that_people_took_off_change_nothing(tmp_path: Path) -> None:
    """Without their labels the heartbeat and the alarm are found all the same, so no second alarm is raised."""
    async with alarmed(tmp_path) as alarm:
        await alarm.here.beat()
        await alarm.run()
        bot = alarm.here.bot
        for one in (alarm.here.heart, *alarm.raised):
            issues.set_labels(bot.hub.store, bot.repository, one, [], bot.ada)
        _, told = await alarm.run()
        assert "was not edited since" in told
        assert len(alarm.raised) == 1


async def test_a_heartbeat_of_another_form_is_told(tmp_path: Path) -> None:
    """What the alarm cannot read is no sign of life; a clock that is ahead does not make it look younger."""
    async with alarmed(tmp_path) as alarm:
        await alarm.here.beat()
        heart = alarm.here.heart
        whole = heart.body or ""
        heart.body = whole.replace(f"{alarm.here.bot.clock():%Y-%m-%dT%H}", "2099-01-01T00", 1)
        _, told = await alarm.run()
        assert "was not edited since" in told
        for broken in ("{}", "[]", "x", '{"at": 1}'):
            heart.body = f"{whole.splitlines()[0]}\n<!-- {broken} -->"
            _, told = await alarm.run()
            assert "has another form than this alarm reads" in told


async def test_switched_off_issues_make_the_workflow_fail(tmp_path: Path) -> None:
    """Where issues are switched off nothing can be told, so the workflow itself is red, which GitHub mails."""
    async with alarmed(tmp_path) as alarm:
        await alarm.here.beat()
        alarm.here.bot.repository.has_issues = False
        await alarm.here.beat(after=timedelta(minutes=15))
        status, told = await alarm.run()
        assert status == 1
        assert "::error::GitHub answered 410" in told
        assert "Issues are switched off here" in told


async def test_a_heartbeat_that_is_switched_off_raises_no_alarm(tmp_path: Path) -> None:
    """`alive.issue: false` says so in the issue once, so that the alarm does not take it for silence."""
    async with alarmed(tmp_path) as alarm:
        await alarm.here.beat()
        await alarm.here.configure("supervision: {alive: {issue: false}}\n")
        await alarm.here.beat(after=timedelta(minutes=15))
        assert alarm.here.heart.state == "closed"
        assert await alarm.run() == (0, "Pilothouse is well.\n")


def test_the_workflow_is_printed_for_ones_own_app() -> None:
    """The command prints the workflow with the App's login and label, and refuses what YAML would read otherwise."""
    done = CliRunner().invoke(supervision, ["alarm", "--app", "my-app", "--label", 'my "beats"'])
    (step,) = YAML(typ="safe").load(done.output)["jobs"]["listen"]["steps"]
    assert (step["env"]["HEART"], step["env"]["LABEL"]) == ("my-app[bot]", 'my "beats"')
    for wrong in (["--app", "a: b"], ["--label", "${{ github.token }}"]):
        assert CliRunner().invoke(supervision, ["alarm", *wrong]).exit_code != 0
