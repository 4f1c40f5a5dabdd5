"""What a policy says about agents, hosts and supervision is held against what can be meant."""

from __future__ import annotations

import pytest

from bot.config.repository import ConfigurationErrors, RepositoryConfig, configuration_from_yaml

WHOLE = """
costs: {accounts: [{id: "111122223333"}]}
hosts:
  orchestrator: {instance: i-0123456789abcdef0, user: agents}
  elsewhere: {instance: i-0123456789abcdef1, account: "444455556666", region: eu-central-1}
  here: {}
agents:
  A1:
    host: orchestrator
    work_tree: /srv/agents/a1
    branch: agent/a1
    command: opencode run --continue
    resume: opencode run --continue --last
    model: bedrock/claude
    heartbeat: {log: /srv/agents/a1.log, quiet: 5m, stuck: 30m}
    inference_profile: a1profile
  A2: {models: [anthropic.claude-haiku]}
supervision:
  watch: {conduct: act, starts: 4, window: 30m, prove: 2m}
  runs: {conduct: suggest}
  fix: {conduct: act, host: here, folder: /srv/fixes, agent: {model: bedrock/claude}}
"""


def told(text: str) -> list[str]:
    """This function will list what is wrong with a file that says so: key and message."""
    found = configuration_from_yaml(text.encode())
    assert isinstance(found, ConfigurationErrors), found
    return [mistake.message for mistake in found.mistakes]


def test_what_can_be_meant_is_taken() -> None:
    found = configuration_from_yaml(WHOLE.encode())
    assert isinstance(found, RepositoryConfig), found
    assert found.budget is not None
    assert found.budget.agents["A1"].inference_profile == "a1profile"
    assert found.budget.hosts["orchestrator"].instance == "i-0123456789abcdef0"


def test_a_file_that_says_nothing_of_supervision_has_none() -> None:
    found = configuration_from_yaml(b"version: 1")
    assert isinstance(found, RepositoryConfig)
    assert (found.supervision, found.budget) == (None, None)


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        ('costs: {accounts: [{id: "111122223333"}]}', "", "hosts.orchestrator: its account is not said"),
        ("here: {}", "here: {region: us-east-1}", "hosts.here.region: only an instance of AWS has one"),
        ("host: orchestrator", "host: nowhere", "agents.A1.host: nowhere is none of `hosts`"),
        ("    command: opencode run --continue\n", "", "agents.A1.resume: what starts it the first time"),
        ("A2: {models", "A2: {command: run, models", "agents.A2.command: it is run in the work tree"),
        ("[anthropic.claude-haiku]", "[a1profile]", "agents.A2: a1profile is A1's already"),
        ("A2: {", "A2: {host: orchestrator, session: A1, ", "agents.A2: its session is that of A1"),
        (
            "A2: {",
            "A2: {host: orchestrator, session: a.1}\n  a_1: {host: orchestrator, ",
            "agents.a_1: its session is",
        ),
        ("log: /srv", "file: /srv/x, log: /srv", "agents.A1.heartbeat.log: one sign of life is enough"),
        (
            "A2: {",
            "A2: {heartbeat: {command: date}, ",
            "agents.A2.heartbeat.command: it is run in the work tree",
        ),
        ("quiet: 5m", "quiet: 50m", "agents.A1.heartbeat.stuck: it is shorter than quiet, which is 50m"),
        ("supervision:", "supervision:\n  permission: read", "supervision.permission: people who may not"),
        ("prove: 2m", "prove: 30s", "supervision.watch.prove: the watchdog looks every 2m"),
        ("window: 30m", "window: 5m", "supervision.watch.window: 4 starts that are given 2m each"),
        ("host: here", "host: nowhere", "supervision.fix.host: nowhere is none of `hosts`"),
        (" folder: /srv/fixes,", "", "supervision.fix.conduct: fixers need `folder`"),
        (
            "agent: {model: bedrock/claude}",
            "tools: false",
            "supervision.fix.tools: neither tools nor an agent",
        ),
    ],
)
def test_what_cannot_be_meant_is_told_with_its_place(before: str, after: str, message: str) -> None:
    assert before in WHOLE
    (found,) = told(WHOLE.replace(before, after))
    assert message in found


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("agents: {a b: {}}", "agents"),
        ("agents: {A1: 3}", "agents.A1: "),
        ("agents: {A1: {work_tree: relative}}", "agents.A1.work_tree: "),
        ("hosts: {h: 3}", "hosts.h: "),
        ("hosts: {h: {instance: x}}", "hosts.h.instance: "),
        ("supervision: {watch: {conduct: maybe}}", "supervision.watch.conduct: "),
        ("supervision: {fix: {tries: 9}}", "supervision.fix.tries: "),
        ("supervision: 3", "supervision: "),
    ],
)
def test_what_has_the_wrong_form_is_told(text: str, message: str) -> None:
    assert any(found.startswith(message) for found in told(text))


def test_what_is_wrong_in_one_agent_hides_nothing_in_another() -> None:
    found = told("agents: {A1: {work_tree: relative, host: x}, A2: {host: nowhere}}")
    assert [message.split(":")[0] for message in found] == [
        "agents.A1.work_tree",
        "agents.A1.host",
        "agents.A2.host",
    ]
