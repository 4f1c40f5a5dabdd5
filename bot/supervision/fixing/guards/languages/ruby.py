"""How Ruby and Elixir are tested, and how their tools are told to look away."""

import re

from bot.supervision.fixing.guards.languages.model import HASHED, Language, exact, sign

LANGUAGE = Language(
    suffixes=(".rb", ".rake", ".ex", ".exs"),
    noise=HASHED,
    tests=(
        re.compile(
            r"^[ \t]*(?:it|specify|scenario|test|describe|context|feature)\b\s*\(?\s*(?P<name>\"[^\"\n]*\"|'[^'\n]*')",
            re.MULTILINE,
        ),
        re.compile(r"^[ \t]*def\s+(?P<name>test_\w+)", re.MULTILINE),
    ),
    test_file=re.compile(r"_(?:spec|test)\.(?:rb|exs)$|^test_.*\.rb$"),
    asserts=re.compile(r"(?<![\w.])(?:assert|refute|expect|flunk)\w*\b|\.(?:should|must_\w+|wont_\w+)\b"),
    hollow=(
        exact("an assertion that always holds", r"\bassert\s*\(?\s*true\b|\bexpect\s*\(?\s*true\s*\)?\.to\b"),
    ),
    skips=(
        exact(
            "skip",
            r"(?<![\w.])(?:xit|xdescribe|xcontext|xspecify|fit|fdescribe|fcontext|pending|skip)\b|\b(?:skip|pending|focus):|:skip\b|@tag\s+:?skip|@moduletag",
        ),
    ),
    exits=(exact("an end of the program", r"(?<![\w.])(?:exit!?|abort)\b|\bSystem\.halt\b|\bat_exit\b"),),
    silences=(
        sign("rubocop:disable", r"#\s*rubocop:\s*(?:disable|todo)"),
        sign(":nocov:", r"#\s*:nocov:|coveralls-ignore"),
        sign("credo:disable", r"#\s*(?:credo|sobelow|dialyzer)[:_]\s*(?:disable|skip|nowarn)"),
        sign("standard:disable", r"#\s*(?:standard|reek|brakeman):\s*(?:disable|ignore)|steep:ignore"),
        exact("a swallowed exception", r"\brescue\b[^\n]{0,300}\n\s*(?:nil\s*\n\s*)?end\b|\brescue\s+nil\b"),
    ),
)
