"""What is a command in a comment, and how it is understood."""

from __future__ import annotations

import time
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.commands.model import MOST_COMMANDS, Command, Reason
from bot.commands.parse import LONGEST_LINE, command_lines, parse
from tests.support.commands import GRAMMARS

SILENT = {
    "other bots' commands": "/shrug\n/tableflip\n/lgtm\n/approve\n/cc @someone",
    "a path": "/usr/bin/ping",
    "a prefix of nothing": "/pingpong",
    "a verb with punctuation": "/ping, please",
    "in the middle of a line": "please /ping",
    "a list item": "- /ping",
    "a heading": "# /ping",
    "a fence": "```\n/ping\n```",
    "an unclosed fence": "```\n/ping",
    "a tilde fence": "~~~sh\n/ping\n~~~",
    "indented code": "text\n\n    /ping",
    "a tab is indented code": "\t/ping",
    "a quote": "> /ping",
    "a nested quote": "> > /ping",
    "a quote continued lazily": "> as you said:\n/ping",
    "inline code over lines": "`a\n/ping\nb`",
    "an HTML comment": "<!-- template\n/ping\n-->",
    "an HTML comment with blank lines": "<!--\n\n/ping\n\n-->",
    "an unclosed HTML comment": "<!--\n\n/ping",
    "an HTML comment in a line": "text <!-- x\n/ping\n--> text",
    "an HTML block": "<pre>\n/ping\n</pre>",
    "a details block without blank lines": "<details>\n/ping\n</details>",
    "a table": "| a | b |\n|---|---|\n/ping | x",
    "a link's text": "[see\n/ping now](https://example.org)",
    "a link's target": "[a]:\n/ping",
    "struck out": "~~not now\n/ping later~~",
    "a zero-width space in the verb": "/pi\u200bng",
    "a zero-width space before it": "\u200b/ping",
    "another slash": "\u2215ping",
    "a letter that only looks like one": "/p\u0456ng",
    "nothing": "",
    "our own sentinels": "\ue0000\ue001",
}
HEARD = {
    "alone": "/ping",
    "upper case": "/PiNg",
    "after a paragraph": "Hello\n\n/ping\n\nThank you",
    "within a paragraph": "Hello\n/ping\nThank you",
    "after a hard break": "Hello  \n/ping",
    "CRLF": "Hello\r\n/ping\r\n",
    "CR alone": "Hello\r/ping",
    "up to three spaces": "   /ping",
    "trailing blanks": "/ping  \t",
    "NBSP after it": "/ping\u00a0",
    "after a quote and a blank line": "> what?\n\n/ping",
    "after a list, continued lazily": "- a\n- b\n/ping",
    "after a fence": "```\nx\n```\n/ping",
    "after an HTML comment": "<!-- x -->\n\n/ping",
    "in a details block with blank lines": "<details>\n\n/ping\n\n</details>",
    "before a signature": "/ping\n---\nSent from my phone",
    "in emphasis": "*Hello\n/ping\nthere*",
}


@pytest.mark.parametrize("text", SILENT.values(), ids=SILENT.keys())
def test_no_command(text: str) -> None:
    assert parse(text, GRAMMARS) == ()


@pytest.mark.parametrize("text", HEARD.values(), ids=HEARD.keys())
def test_a_command(text: str) -> None:
    (found,) = parse(text, GRAMMARS)
    assert (found.verb, found.mistake) == ("ping", None)


UNDERSTOOD = {
    "/deploy staging": (("staging",), {}),
    "/deploy staging 1a2b3c4": (("staging", "1a2b3c4"), {}),
    "/deploy  staging\t1a2b3c4": (("staging", "1a2b3c4"), {}),
    "/deploy\u00a0staging": (("staging",), {}),
    '/deploy "two words"': (("two words",), {}),
    "/deploy 'two words'": (("two words",), {}),
    "/deploy “two words”": (("two words",), {}),
    r'/deploy "a \"quoted\" \\ word"': ((r'a "quoted" \ word',), {}),
    "/deploy don't": (("don't",), {}),
    'pre\n/deploy a"b c"d': (("ab cd",), {}),
    "/deploy staging --plan": (("staging",), {"plan": ("",)}),
    "/deploy --plan staging": (("staging",), {"plan": ("",)}),
    "/deploy staging --PLAN": (("staging",), {"plan": ("",)}),
    "/deploy staging --for 4h": (("staging",), {"for": ("4h",)}),
    "/deploy staging --for=4h": (("staging",), {"for": ("4h",)}),
    "/deploy staging —for 4h": (("staging",), {"for": ("4h",)}),
    "/deploy staging --param a=1 --param b=2": (("staging",), {"param": ("a=1", "b=2")}),
    '/deploy staging --param="a=x y"': (("staging",), {"param": ("a=x y",)}),
    "/deploy staging --param a='x y'": (("staging",), {"param": ("a=x y",)}),
    '/deploy "--plan"': (("--plan",), {}),
    "/deploy - --for -": (("-",), {"for": ("-",)}),
    "/deploy \u2013 --plan": (("\u2013",), {"plan": ("",)}),
    "/deploy größe": (("größe",), {}),
    "/deploy $(rm -rf)": (("$(rm", "-rf)"), {}),
    "/rerun": ((), {}),
    "/rerun failed": (("failed",), {}),
    "/rerun test (3.12, ubuntu latest)": (("test (3.12, ubuntu latest)",), {}),
}


@pytest.mark.parametrize(("text", "expected"), UNDERSTOOD.items(), ids=UNDERSTOOD.keys())
def test_understood(text: str, expected: tuple[tuple[str, ...], dict[str, tuple[str, ...]]]) -> None:
    (found,) = parse(text, GRAMMARS)
    assert found.mistake is None
    assert found.arguments == expected[0]
    assert {flag.name: found.values(flag.name) for flag in found.flags} == expected[1]


MISTAKES = {
    "/deploy": (Reason.MISSING_ARGUMENT, "`ENV` is missing"),
    '/deploy ""': (Reason.MISSING_ARGUMENT, "`ENV` is missing"),
    "/deploy a b c": (Reason.TOO_MANY_ARGUMENTS, "no place for `c`"),
    "/ping now": (Reason.TOO_MANY_ARGUMENTS, "no place for `now`"),
    '/deploy "staging': (Reason.UNCLOSED_QUOTE, "not closed"),
    "/deploy 'staging": (Reason.UNCLOSED_QUOTE, "not closed"),
    "/deploy staging --frce": (Reason.UNKNOWN_FLAG, "no flag `--frce`"),
    "/deploy staging --pln": (Reason.UNKNOWN_FLAG, "Did you mean `--plan`?"),
    "/ping --plan": (Reason.UNKNOWN_FLAG, "no flag `--plan`"),
    "/deploy staging --plan --plan": (Reason.DUPLICATE_FLAG, "`--plan` is given twice"),
    "/deploy staging --for 1h --for=2h": (Reason.DUPLICATE_FLAG, "`--for` is given twice"),
    "/deploy staging --for": (Reason.BAD_FLAG_VALUE, "`--for` needs a value"),
    "/deploy staging --for --plan": (Reason.BAD_FLAG_VALUE, "`--for` needs a value"),
    "/deploy staging --for=": (Reason.BAD_FLAG_VALUE, "`--for` needs a value"),
    "/deploy staging --plan=yes": (Reason.BAD_FLAG_VALUE, "`--plan` takes no value"),
    "/deploy sta\u200bging": (Reason.HIDDEN_CHARACTER, "U+200B ZERO WIDTH SPACE"),
    "/deploy \u202egnigats": (Reason.HIDDEN_CHARACTER, "U+202E"),
    "/deploy stag\u3164ing": (Reason.HIDDEN_CHARACTER, "U+3164 HANGUL FILLER"),
    "/deploy stag\x07ing": (Reason.HIDDEN_CHARACTER, "U+0007"),
    "/deplyo staging": (Reason.UNKNOWN_VERB, "Did you mean `/deploy ENV"),
    "/pnig": (Reason.UNKNOWN_VERB, "Did you mean `/ping`"),
    f"/deploy {'x' * LONGEST_LINE}": (Reason.TOO_MANY_ARGUMENTS, "longer than"),
}


@pytest.mark.parametrize(("text", "expected"), MISTAKES.items(), ids=[repr(text)[:40] for text in MISTAKES])
def test_mistakes_are_answered(text: str, expected: tuple[Reason, str]) -> None:
    (found,) = parse(text, GRAMMARS)
    assert found.mistake is not None
    assert found.mistake.reason is expected[0]
    assert expected[1] in found.mistake.text


def test_the_usage_follows_a_mistake() -> None:
    (found,) = parse("/deploy", GRAMMARS)
    assert found.mistake is not None
    usage = "/deploy ENV [SHA] [--param NAME=VALUE]… [--for 4h] [--plan]"
    assert found.mistake.text.endswith(f"Usage: `{usage}`")


def test_several_commands_keep_their_order() -> None:
    found = parse("/ping\ntext\n/help\n\n> /ping\n\n/deploy staging", GRAMMARS)
    assert [(each.index, each.verb) for each in found] == [(0, "ping"), (1, "help"), (2, "deploy")]


def test_at_most_five_commands_are_carried_out() -> None:
    """The sixth command is answered with a mistake, and what follows it is not looked at."""
    found = parse("/ping\n" * (MOST_COMMANDS + 3), GRAMMARS)
    assert [each.mistake is None for each in found] == [True] * MOST_COMMANDS + [False]
    assert found[-1].mistake is not None
    assert found[-1].mistake.reason is Reason.TOO_MANY_COMMANDS


def test_no_grammars_no_commands() -> None:
    assert parse("/ping", ()) == ()


@settings(deadline=None)
@given(st.text())
def test_any_text_is_survived(text: str) -> None:
    commands = parse(text, GRAMMARS)
    assert len(commands) <= MOST_COMMANDS + 1


_LINES = st.sampled_from(
    [
        "/ping",
        "> /ping",
        "```",
        "~~~",
        "<!--",
        "-->",
        "`",
        "",
        "text",
        "    /ping",
        "- a",
        "| a |",
        "|---|",
        "</p>",
        "~~",
        "\t",
    ]
)


@settings(deadline=None)
@given(st.lists(_LINES, max_size=12))
def test_commands_are_lines_of_the_text_in_order(lines: list[str]) -> None:
    """Whatever surrounds them, commands come from lines that begin with a slash, none twice."""
    found = [line for _, line in command_lines("\n".join(lines))]
    assert len(found) <= lines.count("/ping")
    assert set(found) <= {"/ping"}


@settings(deadline=None)
@given(st.lists(_LINES, max_size=8))
def test_a_quoted_comment_commands_nothing(lines: list[str]) -> None:
    """A reply that quotes a whole comment repeats none of its commands."""
    assert list(command_lines("\n".join(f"> {line}" for line in lines))) == []


@settings(deadline=None)
@given(st.text(alphabet=st.characters(blacklist_categories=["Cs"]), max_size=60))
def test_arguments_never_gain_hidden_characters(text: str) -> None:
    for found in parse(f"/deploy {text}", GRAMMARS):
        hidden = {unicodedata.category(letter) for word in found.arguments for letter in word} & HIDDEN
        assert found.mistake or not hidden


HIDDEN = {"Cc", "Cf", "Zl", "Zp"}
HOSTILE = {
    "brackets": "[" * 60_000,
    "images": "![[" * 20_000,
    "emphasis": "*a _b " * 10_000,
    "backticks": "".join("`" * length + " " for length in range(340)),
    "table": "a|" * 30_000 + "\n" + "-|" * 30_000,
    "quotes": "> " * 30_000,
    "tags": "<a " * 20_000,
    "commands": "/ping\n" * 10_000,
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_the_largest_hostile_comment_is_read_in_bounded_time(text: str) -> None:
    began = time.process_time()
    parse(f"/ping\n\n{text}\n\n/ping", GRAMMARS)
    assert time.process_time() - began < 15


def test_a_command_is_a_value() -> None:
    assert parse("/ping", GRAMMARS) == (Command(index=0, line="/ping", verb="ping"),)
