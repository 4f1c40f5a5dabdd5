"""The fixers as a whole: each belongs to a tool that diagnosis knows, and is found by the names people write."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.config.supervising import FixConfig, FixerAgentConfig
from bot.diagnosis.reader import load_parsers
from bot.supervision.fixing.agent.prompt import Task
from bot.supervision.fixing.bench import bench_of
from bot.supervision.fixing.guards.model import GuardTerms
from bot.supervision.fixing.model import Fix, FixState
from bot.supervision.fixing.working.candidates import agent_candidate, names_of, tool_candidate
from bot.supervision.fixing.working.commands import check_of, fixer_of, load_fixers, other_checks
from bot.supervision.hosts.local import LocalHost
from bot.supervision.programs.ordering import script
from tests.support.fixing import trouble
from tests.support.looking import ROCKET

AGENT = FixerAgentConfig(command=("mender",))


@pytest.mark.parametrize("key", load_fixers())
def test_each_fixer(key: str) -> None:
    """A fixer is of one tool that diagnosis names, says what it does, and changes nothing when it only checks."""
    fixer = load_fixers()[key]
    assert fixer.tool in {parser.name for parser in load_parsers()}
    assert fixer_of(fixer.tool) is fixer
    assert bool(fixer.fix) is bool(fixer.summary)
    assert fixer.check
    assert fixer.check not in fixer.fix or fixer.tool == "pre-commit"
    assert not fixer.prepare or script(fixer.prepare).startswith("#!/bin/sh\n")


@pytest.mark.parametrize("name", ["ruff format", "ruff-format", "ruff_format", "Ruff-Format"])
def test_checks_by_name(name: str) -> None:
    """A tool is named in the configuration as diagnosis names it, without the space that a key cannot have."""
    config = FixConfig(checks={name.replace(" ", "-"): "make format", "pytest": "make test"})
    assert check_of("ruff format", config) == ("sh", "-c", "make format")
    assert other_checks("ruff format", config) == (("pytest", ("sh", "-c", "make test")),)
    assert check_of("ruff format", FixConfig()) == ("ruff", "format", "--check", ".")
    assert check_of("fortune", config) is None


@pytest.mark.parametrize(
    ("tool", "config", "without", "names"),
    [
        ("rustfmt", FixConfig(), (), ("rustfmt",)),
        ("rustfmt", FixConfig(agent=AGENT), (), ("rustfmt", "agent")),
        ("rustfmt", FixConfig(agent=AGENT), ("rustfmt",), ("agent",)),
        ("rustfmt", FixConfig(agent=AGENT, tools=False), (), ("agent",)),
        ("pytest", FixConfig(), (), ()),
        ("pytest", FixConfig(agent=AGENT), (), ("agent",)),
        ("fortune", FixConfig(agent=AGENT), ("agent",), ()),
    ],
)
def test_who_is_asked(tool: str, config: FixConfig, without: tuple[str, ...], names: tuple[str, ...]) -> None:
    """The tool is asked first, then the agent, and nobody twice in vain."""
    assert names_of(tool, config, frozenset(without)) == names


def test_who_cannot_be_asked() -> None:
    """A tool that mends nothing is no candidate, nor is an agent that is not configured."""
    with pytest.raises(ValueError, match="pytest"):
        tool_candidate("pytest")
    task = Task(trouble=trouble("pytest", "0" * 40), check="pytest", terms=GuardTerms(files=1, lines=1))
    with pytest.raises(ValueError, match="agent"):
        agent_candidate(task, FixConfig(), home="/home", links=())


@pytest.mark.parametrize(
    ("remote", "cloned"),
    [(None, "https://git.example.org/acme/rocket.git"), ("git@host:rocket", "git@host:rocket")],
)
def test_the_place_of_a_try(remote: str | None, cloned: str) -> None:
    """A try has a place of its own, whatever its name is, and clones from where its build ran unless told otherwise."""
    now = datetime(2026, 11, 3, tzinfo=UTC)
    seen = replace(trouble("ruff", "0" * 40), run_url="https://git.example.org/acme/rocket/actions/runs/1")
    fix = Fix(
        id="../../7 a",
        repository_id=7,
        round=1,
        state=FixState.FIXING,
        trouble=seen,
        begun_at=now,
        updated_at=now,
    )
    config = FixConfig(folder="/srv/fixes/", remote=remote)
    bench = bench_of(fix, host=LocalHost(), config=config, repository=ROCKET)
    assert bench.place == f"/srv/fixes/{ROCKET.id}/tries/-7-a"
    assert bench.job("check a.b") == f"{bench.place}/jobs/check-a-b"
    assert bench.remote == cloned
    with pytest.raises(ValueError, match="folder"):
        bench_of(fix, host=LocalHost(), config=FixConfig(), repository=ROCKET)
