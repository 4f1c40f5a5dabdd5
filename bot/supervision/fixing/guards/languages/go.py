"""How Go is tested, and how its tools are told to look away."""

import re

from bot.supervision.fixing.guards.languages.model import QUOTED, Language, exact, sign

LANGUAGE = Language(
    suffixes=(".go",),
    noise=re.compile(
        rf"(?P<comment>//[^\n]*|/\*.*?(?:\*/|\Z))|(?P<text>{QUOTED}|`[^`]*+(?:`|\Z))",
        re.DOTALL | re.MULTILINE,
    ),
    tests=(
        re.compile(
            r"^func\s+(?:\([^)]{0,300}\)\s*)?(?P<name>(?:Test|Benchmark|Fuzz|Example)\w*)\s*\(", re.MULTILINE
        ),
        re.compile(r"\b[tb]\.Run\s*\(\s*(?P<name>\"[^\"\n]*\")"),
        re.compile(r"(?<![\w.])(?:It|Describe|Context|Specify|When)\s*\(\s*(?P<name>\"[^\"\n]*\")"),
    ),
    test_file=re.compile(r"_test\.go$"),
    is_by_path=True,
    asserts=re.compile(
        r"\b[tbf]\.(?:Error|Errorf|Fatal|Fatalf|Fail|FailNow)\s*\(|\b(?:assert|require)\.\w+\s*\("
        r"|(?<![\w.])Expect\s*\(|^[ \t]*if\b",
        re.MULTILINE,
    ),
    brace_ends=True,
    hollow=(
        exact(
            "an assertion that always holds",
            r"\b(?:assert|require)\.(?:True\s*\(\s*t\s*,\s*true|Equal\s*\(\s*t\s*,\s*(\w+)\s*,\s*\1\s*[,)])",
        ),
    ),
    skips=(
        exact(
            "skip",
            r"\b[tbf]\.(?:Skip|Skipf|SkipNow)\s*\(|(?<![\w.])Skip\s*\(|(?<![\w.])[PXF](?:It|Describe|Context|Specify)\s*\(",
        ),
        exact("testing.Short", r"\btesting\.Short\s*\("),
        exact("TestMain", r"\bfunc\s+TestMain\b"),
        exact("a test that ends at once", r"\bfunc\s+Test\w*\s*\([^)]{0,300}\)\s*\{\s*(?:return\b|\})"),
        exact("a block that is never run", r"\bif\s+(?:false|!\s*true)\b"),
    ),
    exits=(exact("an end of the program", r"\bos\.Exit\s*\(|\bsyscall\.Exit\s*\(|\bruntime\.Goexit\s*\("),),
    silences=(
        sign("nolint", r"//\s*nolint|//\s*lint:(?:file-)?ignore|//\s*revive:disable|//\s*staticcheck:"),
        sign("nosec", r"#\s?nosec\b"),
        exact("a tag of the build", r"^//\s*\+build\b|^//go:build\b"),
        exact("a dropped error", r"^[ \t]*_\s*=\s*err\b"),
        exact("a swallowed panic", r"\brecover\s*\(\s*\)"),
    ),
)
