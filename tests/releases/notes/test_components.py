"""Which changes belong to a thing that is released by itself."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pytest

from bot.decisions.model import conclude
from bot.releases.notes.reading import read_notes
from bot.releases.notes.sanity import judge_version

if TYPE_CHECKING:
    from tests.releases.notes.conftest import Log

API = "api-v{version}"


async def made(log: Log, *paths: str) -> list[str]:
    """This function will make a history of two components and read what is new in these paths."""
    log.commit("feat: old", "api/old.py")
    log.tag("api-v1.0.0")
    log.tag("v9.0.0")
    log.commit("feat: of the api", "api/new.py")
    log.merge("wip", title="fix: of the web", path="web/page[id].ts")
    log.merge("wip", title="fix: of the api", path="api/deep/er.py")
    log.commit("docs: of all", "README.md")
    log.commit("feat: another api", "api-two/x.py")
    asked = log.asked("1.1.0", tag=API, paths=paths)
    notes = await read_notes(log.repo, asked)
    assert notes.previous_tag == "api-v1.0.0"
    assert notes.commits == len(notes.changes)
    return [change.title.partition(" (#")[0] for change in notes.changes]


@pytest.mark.parametrize(
    ("paths", "titles"),
    [
        (("api/*",), ["fix: of the api", "feat: of the api"]),
        (("api/**",), ["fix: of the api", "feat: of the api"]),
        (("api",), ["fix: of the api", "feat: of the api"]),
        (("api/new.py",), ["feat: of the api"]),
        (("api*",), ["feat: another api", "fix: of the api", "feat: of the api"]),
        (("*.py",), ["feat: another api", "fix: of the api", "feat: of the api"]),
        (("api/*.py", "README.md"), ["docs: of all", "fix: of the api", "feat: of the api"]),
        (("api/*/er.py",), ["fix: of the api"]),
        (("web/page[id].*",), ["fix: of the web"]),
        (("web/page?id].ts*",), []),
        (("none/*",), []),
    ],
)
async def test_paths(log: Log, paths: tuple[str, ...], titles: list[str]) -> None:
    """A component holds the commits that touch a file of it; in a pattern only the star means something else."""
    assert await made(log, *paths) == titles


async def test_a_folder_takes_one_call(log: Log) -> None:
    """GitHub itself knows the history of a folder; only other patterns need the files of single commits."""
    await made(log, "api/*")
    counted = Counter(call.operation for call in log.calls)
    assert counted["repos/list-commits"] == 1
    assert counted["repos/get-commit"] == 0


async def test_the_search_ends(log: Log, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder's history is not read down to its beginning."""
    monkeypatch.setattr("bot.releases.notes.components._PAGE", 2)
    monkeypatch.setattr("bot.github.calls.PER_PAGE", "2")
    for number in range(12):
        log.commit("feat: old", f"api/{number}.py")
    assert await made(log, "api/*") == ["fix: of the api", "feat: of the api"]
    counted = Counter(call.operation for call in log.calls)
    assert counted["repos/list-commits"] == 3


async def test_nothing_new(log: Log) -> None:
    """A component of which nothing has changed is not released."""
    log.tag("api-v1.0.0")
    log.commit("feat: of the web", "web/x.ts")
    notes = await read_notes(log.repo, log.asked("1.1.0", tag=API, paths=("api/*",)))
    assert conclude("release", judge_version(notes.facts)).reason == "nothing_to_release"
