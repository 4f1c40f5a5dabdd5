"""What the agent is sent with, and what its work cost."""

from __future__ import annotations

import json
from decimal import Decimal
from fnmatch import fnmatchcase

import pytest

from bot.config.supervising import FixerAgentConfig
from bot.supervision.fixing.agent.errand import errand_of
from bot.supervision.fixing.agent.opencode import NAME, is_opencode, permissions, why_not_held
from bot.supervision.fixing.agent.prices import price_of, spent_of
from tests.support.tasks import asked

TASK = asked("x")


def test_opencode() -> None:
    """OpenCode is told to do one task, as an agent of a name and with permissions of our own."""
    errand = errand_of(
        FixerAgentConfig(model="harbour/pilot"), TASK, folder="/fixes/7/home/", links=("way/out",)
    )
    path = "/fixes/7/home/task.md"
    said = (
        "--format",
        "json",
        "--agent",
        NAME,
        "--title",
        "fix",
        "--model",
        "harbour/pilot",
        "--file",
        path,
        "--",
    )
    assert errand.argv == ("opencode", "run", *said, "Do the task in the attached file.")
    assert list(errand.files) == [path]
    assert errand.environment["FIXER_TASK"] == path
    assert errand.environment["AGENT_MODEL"] == "harbour/pilot"
    settings = json.loads(errand.environment["OPENCODE_CONFIG_CONTENT"])
    assert settings["permission"] == {"*": "deny"}
    assert (settings["share"], settings["autoupdate"], settings["plugin"]) == ("disabled", False, [])
    assert settings["agent"][NAME]["permission"]["edit"]["way/out/*"] == "deny"
    assert settings["small_model"] == "harbour/pilot"
    assert sum(len(each) for each in errand.environment.values()) < 8_000


def test_links_with_names_that_mean_something() -> None:
    """A link whose name is a pattern, or would be replaced in settings, is denied by what it looks like."""
    rules = permissions(("{env:HOME}", "a*b"))["read"]
    assert [pattern for pattern in rules if "?" in pattern] == ["?env:HOME?", "?env:HOME?/*", "a?b", "a?b/*"]


def test_no_model_named() -> None:
    """Without a model it is OpenCode's to choose, and the price list's to say nothing."""
    errand = errand_of(FixerAgentConfig(), TASK, folder="/fixes")
    assert "--model" not in errand.argv
    assert "AGENT_MODEL" not in errand.environment
    assert "model" not in json.loads(errand.environment["OPENCODE_CONFIG_CONTENT"])


def test_an_agent_of_ones_own() -> None:
    """Another agent is begun as it is configured, and finds its task in a file."""
    errand = errand_of(FixerAgentConfig(command=("mend", "--now"), model="m"), TASK, folder="/fixes")
    assert errand.argv == ("mend", "--now")
    assert errand.environment == {"FIXER_TASK": "/fixes/task.md", "AGENT_MODEL": "m"}


@pytest.mark.parametrize(
    ("command", "is_one"),
    [
        (("opencode", "run"), True),
        (("/usr/bin/opencode", "--pure", "run", "--thinking"), True),
        (("npx", "opencode-ai@1.18.33", "run"), True),
        (("opencode", "serve"), False),
        (("run", "opencode"), False),
        (("mend",), False),
    ],
)
def test_which_command_is_opencode(command: tuple[str, ...], *, is_one: bool) -> None:
    """Only OpenCode that does one task is told how."""
    assert is_opencode(command) == is_one


def holding(tool: str, path: str) -> str:
    """This function will say what holds for a path: the last rule that fits, a star standing for slashes as well."""
    rule = permissions(("way",))[tool]
    if isinstance(rule, str):
        return rule
    return [str(what) for pattern, what in rule.items() if fnmatchcase(path, pattern)][-1]


@pytest.mark.parametrize(
    ("tool", "path", "is_allowed"),
    [
        ("read", "src/lib.rs", True),
        ("edit", "src/lib.rs", True),
        ("read", ".github/workflows/ci.yml", True),
        ("edit", ".github/workflows/ci.yml", False),
        ("edit", "sub/.github/x.yml", False),
        ("edit", "docs/CODEOWNERS", False),
        ("edit", "Cargo.lock", False),
        ("read", ".env", False),
        ("read", "deploy/.env.production", False),
        ("read", "deploy/server.key", False),
        ("read", ".git/config", False),
        ("edit", ".git/hooks/post-commit", False),
        ("edit", "vendor/x/.git/config", False),
        ("read", "way", False),
        ("read", "way/passwd", False),
        ("edit", "way/x", False),
        ("bash", "", False),
        ("webfetch", "", False),
        ("websearch", "", False),
        ("task", "", False),
        ("external_directory", "", False),
        ("grep", "", True),
    ],
)
def test_permissions(tool: str, path: str, *, is_allowed: bool) -> None:
    """It may read and edit in the work tree, but for secrets, git's own files, links and what no fix may touch."""
    assert holding(tool, path) == ("allow" if is_allowed else "deny")
    assert next(iter(permissions().items())) == ("*", "deny")


def step(cost: object, **tokens: object) -> str:
    """This function will write a line as OpenCode does when the model has answered."""
    told = {"input": 1000, "output": 100, "reasoning": 0, "cache": {"read": 0, "write": 0}} | tokens
    part = {"type": "step-finish", "tokens": told, "cost": cost}
    return json.dumps(
        {"type": "step_finish", "timestamp": 1_795_417_803_559, "part": part}, separators=(",", ":")
    )


SONNET = "anthropic/claude-sonnet-4-5"


@pytest.mark.parametrize(
    ("lines", "model", "price"),
    [
        ([], SONNET, None),
        (["hello", '{"type":"step_finish"', '{"type":"step_finish","part":1}'], SONNET, None),
        ([step(0.00375), "noise", step(0.00315)], None, "0.006900"),
        ([step("0.1")], None, "0.100000"),
        ([step(0)], None, None),
        ([step(0)], "nobody/knows", None),
        ([step(0)], "anthropic/no-such-model", None),
        ([step(0)], SONNET, "0.004500"),
        ([step(0), step(0.5)], SONNET, "0.504500"),
        ([step(0), step(0.5)], "nobody/knows", None),
        ([step(0)], "amazon-bedrock/anthropic.claude-sonnet-4-5-20250929-v1:0", "0.004950"),
        ([step(0, input=0, output=0)], None, "0.000000"),
        ([step(0, cache={"read": 1000, "write": 0})], SONNET, "0.004800"),
        # what is no price is none
        ([step(-1)], SONNET, None),
        ([step("NaN")], SONNET, None),
        ([step("Infinity")], SONNET, None),
        ([step(1e9)], SONNET, None),
        ([step(0, output=-5)], SONNET, None),
        ([step(0, output="x")], SONNET, None),
        ([step(0.5) + " " * 100_001], SONNET, None),
        (['{"type":"step_finish"' + "[" * 50_000], SONNET, None),
        ([step(0.5).replace("step_finish", 'step_finish","type":"text')], SONNET, None),
    ],
)
def test_prices(lines: list[str], model: str | None, price: str | None) -> None:
    """What the agent reckons counts, else the price list; what neither knows is not known."""
    assert price_of("\n".join(lines), model=model) == (Decimal(price) if price is not None else None)


def test_calls_are_counted() -> None:
    """How often a model was asked is known also where its price is not: only that ends an agent that never stops."""
    spent = spent_of("\n".join([step(0)] * 41), model="nobody/knows")
    assert (spent.price, spent.calls) == (None, 41)


@pytest.mark.parametrize(
    ("command", "model", "links", "said"),
    [
        (("opencode", "run"), "openai/gpt-5.2", ("way",), "`openai/gpt-5.2`, like all of its kind,"),
        (("opencode", "run"), None, ("way",), "the model that it chooses itself"),
        (("opencode", "run"), "openai/gpt-5.2", (), ""),
        (("opencode", "run"), "openai/gpt-4.1", ("way",), ""),
        (("opencode", "run"), "groq/gpt-oss-120b", ("way",), ""),
        (("opencode", "run"), "anthropic/claude-sonnet-4-5", ("way",), ""),
        (("mend",), "openai/gpt-5.2", ("way",), ""),
    ],
)
def test_models_that_links_lead_out(
    command: tuple[str, ...], model: str | None, links: tuple[str, ...], said: str
) -> None:
    """A model whose tool follows links out of the work tree is not asked where there are any.

    https://github.com/anomalyco/opencode/issues/37382
    """
    why = why_not_held(FixerAgentConfig(command=command, model=model), links)
    assert said in why
    assert bool(why) == bool(said)
