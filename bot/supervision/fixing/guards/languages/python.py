"""How Python is tested, and how its tools are told to look away."""

import re

from bot.supervision.fixing.guards.languages.model import QUOTED, Language, exact, sign

LANGUAGE = Language(
    suffixes=(".py", ".pyi", ".pyx"),
    noise=re.compile(
        rf"(?P<comment>\#[^\n]*)|(?P<text>\"\"\".*?(?:\"\"\"|\Z)|'''.*?(?:'''|\Z)|{QUOTED})",
        re.DOTALL | re.MULTILINE,
    ),
    tests=(
        re.compile(r"^[ \t]*(?:async[ \t]+)?def[ \t]+(?P<name>test\w*)", re.MULTILINE),
        re.compile(r"^[ \t]*class[ \t]+(?P<name>Test\w*|\w+Tests?|\w+TestCase)\b", re.MULTILINE),
    ),
    test_file=re.compile(r"^test_.*\.py$|_test\.py$|^tests?\.py$|^conftest\.py$"),
    is_by_path=True,
    is_indented=True,
    asserts=re.compile(
        r"(?<![\w.])assert\b|\.assert\w+\s*\(|\bpytest\s*\.\s*(?:raises|warns|approx)\s*\(|\.fail\s*\("
    ),
    hollow=(
        exact(
            "an assertion that always holds",
            r"(?<![\w.])assert[ \t]+(?:\(?\s*(?:True|1|not\s+(?:False|None|0)|\d+\s*==\s*\d+"
            r"|\"[^\"]+\"|'[^']+')\s*\)?)\s*(?:,|$|;)"
            r"|\.assertTrue\(\s*True\b|\.assertFalse\(\s*False\b|\.assertEqual\(\s*(\w+)\s*,\s*\1\s*[,)]",
        ),
        exact(
            "an assertion with an alternative that always holds",
            r"(?<![\w.])assert\b[^\n]{0,300}\bor[ \t]+(?:True|1)\b",
        ),
    ),
    skips=(
        sign(
            "skip",
            r"\b(?:pytest\s*\.\s*(?:mark\s*\.\s*)?|unittest\s*\.\s*|\.)skip\w*\b|@skip\w*|\.skipTest\b|\bSkipTest\b",
        ),
        sign("xfail", r"\bxfail\b|\bexpectedFailure\b"),
        exact("importorskip", r"\bimportorskip\b"),
        exact("__test__", r"\b__test__\s*="),
        exact("collect_ignore", r"\bcollect_ignore(?:_glob)?\b|\bpytest_plugins\b"),
        exact("a hook of pytest", r"\bdef\s+pytest_\w+"),
        exact(
            "a test that ends at once",
            r"\bdef\s+test\w*\s*\([^)]{0,300}\)[^:\n]{0,300}:\s*(?:return|pass|\.\.\.)\s*$",
        ),
        exact(
            "a block that is never run", r"^[ \t]*(?:if|while)[ \t]+(?:False|0|not[ \t]+True|TYPE_CHECKING)\b"
        ),
        exact("a patch", r"\b(?:monkeypatch|mock\s*\.\s*patch|mocker\s*\.\s*patch)\b"),
    ),
    exits=(
        exact(
            "an equality that always holds",
            r"\bdef\s+__eq__\s*\([^)]{0,300}\)[^:\n]{0,300}:\s*return\s+(?:True|1)\b",
        ),
        exact(
            "an end of the program",
            r"\b(?:os\s*\.\s*_exit|sys\s*\.\s*exit|pytest\s*\.\s*exit)\s*\(|\b(?:exit|quit)\s*\(",
        ),
    ),
    silences=(
        sign("noqa", r"\bnoqa\b"),
        sign("type: ignore", r"\btype:\s*ignore\b"),
        sign("pyright: ignore", r"\bpyright:\s*(?:ignore|basic|off|report)"),
        sign("mypy: …", r"#\s*mypy:"),
        sign("ty: ignore", r"\b(?:ty|pyrefly|pytype):\s*(?:ignore|disable)"),
        sign("pylint: disable", r"\bpylint:\s*(?:disable|skip)"),
        sign("fmt: off", r"#\s*(?:fmt|yapf):\s*(?:off|skip|disable)"),
        sign("isort: skip", r"\bisort:\s*(?:skip|off|split|dont)"),
        sign("ruff: …", r"#\s*(?:ruff|flake8):"),
        # What a fix may not write to be left alone by coverage.
        sign("pragma: no cover", r"\bpragma:\s*no\b"),
        sign("nosec", r"\bnosec\b"),
        exact("no_type_check", r"\bno_type_check\b"),
        exact("a filter of warnings", r"\b(?:filterwarnings|simplefilter|catch_warnings)\b"),
        exact(
            "a swallowed exception",
            r"^[ \t]*except\b[^\n:]{0,300}:\s*(?:pass|\.\.\.|continue)\s*$|\bsuppress\s*\(",
        ),
        # What a fix may not write instead of mending.
        exact("NotImplementedError", r"\braise\s+NotImplementedError\b"),
    ),
)
