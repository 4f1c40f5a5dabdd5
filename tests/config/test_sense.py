"""What a policy cannot mean, each time with its place."""

from __future__ import annotations

import pytest

from bot.config.repository import ConfigurationErrors, RepositoryConfig, configuration_from_yaml

WHOLE = """\
version: 1
environments:
  staging:
    workflow: deploy.yml
    parameters:
      region: {type: choice, options: [eu, us], default: eu, description: where}
      size: {type: number}
      dry: {type: boolean, default: "false"}
      tag: {pattern: 'v[0-9]+(\\.[0-9]+){2}', required: true}
    canary: {steps: [5, 50, 100], promote: manual, pause: 5m}
  production:
    workflow: apply.yml
    inputs: {tier: large}
    parameters: [ticket]
    checks: [test]
    skipped: false
    reviews: 1
    mergeable: true
    up_to_date: true
    branches: [main, release/*]
    approvals:
      count: 2
      from: {users: [ada, bob_octo], teams: [octo/pilots, octo/crew], permission: maintain}
      distinct_teams: 2
      expires: 8h
      reviews: true
    requires: [staging]
    bake: 30m
    freeze:
      windows:
        - {cron: 0 16 * * FRI, lasts: 64h, zone: Europe/Berlin, reason: weekend}
        - {start: 2026-12-20, end: 2027-01-04}
      exceptions:
        - {start: 2026-12-22T10:00:00+01:00, end: 2026-12-22T12:00:00+01:00}
      allow: {users: [ada]}
    plan: {workflow: plan.yml}
    verify:
      http: [{url: https://harbour.example/health, contains: ok}]
      for: 5m
    rollback: {automatic: true, workflow: back.yml}
    teardown: {workflow: down.yml, longest: 8h}
    jobs: {plan: plan, apply: apply}
"""


def told(said: str) -> list[str]:
    """This function will list what is wrong with an environment that says so: line, key and message."""
    lines = "\n".join(f"    {line}" for line in said.strip().splitlines())
    found = configuration_from_yaml(f"environments:\n  staging: {{}}\n  here:\n{lines}\n".encode())
    assert isinstance(found, ConfigurationErrors), found
    return [
        f"{one.line - 3}:{one.column - 4} {one.message.removeprefix('environments.here.')}"
        for one in found.mistakes
    ]


def test_a_policy_that_uses_everything_is_read() -> None:
    config = configuration_from_yaml(WHOLE.encode())
    assert isinstance(config, RepositoryConfig), config
    freeze = config.environments["production"].freeze
    assert freeze is not None
    assert freeze.windows[1].start == "2026-12-20"
    assert freeze.exceptions[0].start == "2026-12-22T10:00:00+01:00"  # YAML's own time keeps its zone


@pytest.mark.parametrize(
    ("said", "mistake"),
    [
        ("inputs: {sha: x}", "1:10 inputs.sha: the bot itself gives the workflow an input of this name"),
        ("parameters: {canary: {}}", "1:14 parameters.canary: the bot itself gives the workflow an input"),
        ("parameters: [a, task]", "1:17 parameters[1]: the bot itself gives the workflow an input"),
        ("inputs: {1a: x}", "1:10 inputs.1a: the name of an input has letters"),
        ("parameters:\n  a: {type: choice}", "2:7 parameters.a.type: a choice needs options"),
        ("parameters:\n  a: {options: [x]}", "2:7 parameters.a.options: only a choice has options"),
        (
            "parameters:\n  a: {type: choice, options: [x, x]}",
            "2:21 parameters.a.options: an option is named twice",
        ),
        (
            "parameters:\n  a: {type: choice, options: [x], default: y}",
            "2:35 parameters.a.default: it is no value that the parameter takes",
        ),
        ("parameters:\n  a: {type: number, default: x}", "2:21 parameters.a.default: it is no value"),
        ("parameters:\n  a: {type: boolean, default: 'yes'}", "2:22 parameters.a.default: it is no value"),
        ("parameters:\n  a: {pattern: 'x+', default: y}", "2:22 parameters.a.default: it is no value"),
        (
            "parameters:\n  a: {required: true, default: y}",
            "2:7 parameters.a.required: a parameter with a default is never missing",
        ),
        ("parameters:\n  a: {pattern: '(['}", "2:7 parameters.a.pattern: it is no regular expression"),
        ("bake: 1h", "1:1 bake: it says how long an environment of requires must have had it"),
        ("requires: [stagin]", "1:12 requires[0]: there is no environment stagin; there are staging, here"),
        ("requires: [Here]", "1:12 requires[0]: Here waits for here, so neither could ever be deployed"),
        ("approvals: {count: 2, from: {users: [ada]}}", "1:13 approvals.count: only 1 can approve"),
        ("approvals: {count: 2, from: {users: [ada, Ada]}}", "1:13 approvals.count: only 1 can approve"),
        ("approvals: {distinct_teams: 1}", "1:13 approvals.distinct_teams: from.teams names 0"),
        (
            "approvals: {distinct_teams: 2, from: {teams: [o/a, o/b]}}",
            "1:13 approvals.distinct_teams: 1 people cannot come from so many teams",
        ),
        ("approvals: {from: {users: ['@ada']}}", "1:28 approvals.from.users[0]: it takes a login, without @"),
        ("approvals: {from: {teams: [crew]}}", "1:28 approvals.from.teams[0]: it takes organisation/team"),
        ("approvals: {from: {permission: read}}", "1:20 approvals.from.permission: whoever can read"),
        ("freeze: {allow: {users: [a b]}}", "1:26 freeze.allow.users[0]: it takes a login"),
        ("canary: {steps: [50, 10, 100]}", "1:22 canary.steps[1]: the steps rise; 10 comes after 50"),
        ("canary: {steps: [10, 10, 100]}", "1:22 canary.steps[1]: the steps rise; 10 comes after 10"),
        ("canary: {steps: [10, 50]}", "1:22 canary.steps[1]: the last step is 100"),
        (
            "{canary: {}, plan: {}}",
            "1:2 canary: a plan is applied once, and a second step would apply it again",
        ),
        ("{canary: {}, plan: {workflow: p.yml}}", "1:2 canary: a plan is applied once"),
        ("lease: 4m", "1:1 lease: it takes 5m or more"),
        ("checks: [test, 'pilothouse / here']", "1:16 checks[1]: the bot's own check runs do not count"),
    ],
)
def test_what_cannot_be_meant_is_told_with_its_place(said: str, mistake: str) -> None:
    (found,) = told(said)
    assert found.startswith(mistake)


@pytest.mark.parametrize(
    ("window", "mistake"),
    [
        ("{}", "end: a window needs cron with lasts, or start with end"),
        ("{start: 2026-12-20}", "start: a window needs cron with lasts, or start with end"),
        ("{cron: 0 16 * * 5}", "cron: it needs lasts"),
        ("{cron: 0 16 * * 5, lasts: 1d, start: 2026-12-20}", "cron: a window has cron with lasts, or"),
        ("{cron: 0 16 * *, lasts: 1d}", "cron: it takes five fields"),
        ("{cron: 0 16 * * 5 5, lasts: 1d}", "cron: it takes five fields"),
        ("{cron: 61 16 * * 5, lasts: 1d}", "cron: it takes five fields"),
        ("{cron: '@daily', lasts: 1d}", "cron: it takes five fields"),
        ("{cron: R * * * *, lasts: 1d}", "cron: it takes five fields"),
        ("{cron: 0 0 31 2 *, lasts: 1d}", "cron: it takes five fields"),
        ("{start: 2026-12-20, end: 2026-12-31, lasts: 1d}", "lasts: it belongs to cron"),
        ("{start: 2026-12-20, end: 2026-12-19}", "end: it lies before the start"),
        ("{start: soon, end: 2026-12-19}", "start: it takes a date or a time"),
        ("{start: 2026-12-20, end: 2026-13-19}", "end: it takes a date or a time"),
        ("{start: 0001-01-01, end: 2026-12-31, zone: Pacific/Auckland}", "start: it takes a date or a time"),
        ("{start: 2026-01-01, end: 9999-12-31}", "end: it takes a date or a time"),
        ("{start: 2026-12-20, end: 2026-12-21, zone: Mars/Base}", "zone: it takes the name of a time zone"),
        ("{start: 2026-12-20, end: 2026-12-21, zone: ../../etc/passwd}", "zone: it takes the name of a time"),
        ("{start: 2026-12-20, end: 2026-12-21, zone: Europe}", "zone: it takes the name of a time zone"),
    ],
)
def test_a_window_that_cannot_be_meant(window: str, mistake: str) -> None:
    for key in ("windows", "exceptions"):
        (found,) = told(f"freeze:\n  {key}:\n    - {window}")
        assert found.split(" ", 1)[1].startswith(f"freeze.{key}[0].{mistake}")
        assert found.startswith("3:")


def test_environments_that_wait_for_each_other_are_found() -> None:
    text = b"environments:\n  a: {requires: [b]}\n  b: {requires: [C]}\n  c: {requires: [a]}\n  d: {requires: [a]}\n"
    found = configuration_from_yaml(text)
    assert isinstance(found, ConfigurationErrors)
    assert [str(one).split(": ", 1)[1] for one in found.mistakes] == [
        "environments.a.requires[0]: b waits for a, so neither could ever be deployed",
        "environments.b.requires[0]: C waits for b, so neither could ever be deployed",
        "environments.c.requires[0]: a waits for c, so neither could ever be deployed",
    ]


def test_environments_that_github_takes_for_one_are_found() -> None:
    found = configuration_from_yaml(b"environments:\n  Prod: {}\n  prod: {}\n  '': {}\n")
    assert isinstance(found, ConfigurationErrors)
    assert [one.message for one in found.mistakes] == [
        "environments.prod: GitHub takes it for the same as Prod",
        "environments.: a name has 1 to 255 characters",
    ]


def test_a_mistake_of_form_does_not_hide_one_of_sense() -> None:
    assert told("lease: 1m\nbake: soon\nrequires: [nowhere]\napprovals: {count: none}") == [
        "1:1 lease: it takes 5m or more: a sign of life comes every two minutes",
        "2:1 bake: it takes a length of time: 30s, 10m, 6h or 2d",
        "3:12 requires[0]: there is no environment nowhere; there are staging, here",
        "4:13 approvals.count: Expected `int`, got `str`",
    ]


@pytest.mark.parametrize(
    ("said", "mistake"),
    [
        (
            "approvals: {from: {user: [ada]}}",
            "1:20 approvals.from.user: there is no such key; did you mean users?",
        ),
        ("verify: {}", "1:1 verify: it needs the key http"),
        ("verify: {http: []}", "1:10 verify.http: Expected `array` of length >= 1"),
        ("verify: {http: [{}]}", "1:17 verify.http[0]: it needs the key url"),
        (
            "verify: {http: [{url: 'ftp://x'}]}",
            "1:18 verify.http[0].url: it takes an address that begins with",
        ),
        (
            "verify: {http: [{url: 'http://x', status: 99}]}",
            "1:35 verify.http[0].status: Expected `int` >= 100",
        ),
        ("freeze: {windows: [{lasts: 1w}]}", "1:21 freeze.windows[0].lasts: it takes a length of time"),
        ("parameters: {a: {type: colour}}", "1:18 parameters.a.type: Invalid enum value 'colour'"),
        ("parameters: 3", "1:1 parameters: Expected `object | array`, got `int`"),
        ("canary: {steps: [ten]}", "1:18 canary.steps[0]: Expected `int`, got `str`"),
        ("canary: {promote: later}", "1:10 canary.promote: Invalid enum value 'later'"),
        ("skipped: [true]", "1:1 skipped: Expected `bool | null`, got `array`"),
        ("reviews: 1.5", "1:1 reviews: Expected `int`, got `float`"),
        ("rollback: no", "1:1 rollback: Expected `object`, got `str`"),
        ("teardown: {longest: 2h}", "1:1 teardown: it needs the key workflow"),
    ],
)
def test_nested_mistakes_of_form_have_their_place(said: str, mistake: str) -> None:
    found = told(said)
    assert found[0].startswith(mistake), found
    assert len(found) == 1
