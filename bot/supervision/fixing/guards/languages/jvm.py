"""How Java, Kotlin, Scala and Groovy are tested, and how their tools are told to look away."""

import re

from bot.supervision.fixing.guards.languages.model import C_LIKE, Language, exact, sign

LANGUAGE = Language(
    suffixes=(".java", ".kt", ".kts", ".scala", ".groovy"),
    noise=C_LIKE,
    tests=(
        re.compile(
            r"@(?:Test|ParameterizedTest|RepeatedTest|TestFactory|TestTemplate|Property)\b(?:\s*\([^)]{0,300}\))?"
            r"(?:\s*@\w+(?:\s*\([^)]{0,300}\))?){0,8}\s+(?:[\w<>\[\].,?]+\s+){0,8}?(?P<name>\w+|`[^`\n]+`)\s*\("
        ),
        re.compile(r"(?<![\w.])(?:test|it|should|describe|property)\s*\(\s*(?P<name>\"[^\"\n]*\")"),
        re.compile(r"^[ \t]*(?P<name>\"[^\"\n]*\")\s+(?:in|should|when)\b", re.MULTILINE),
    ),
    test_file=re.compile(r"^Test\w+\.|(?:Tests?|IT|Spec|TestCase)\.\w+$"),
    asserts=re.compile(
        r"\bassert\w*\s*[(\s]|\b(?:verify|fail|expectThat|assertThat)\s*\(|\.should\w*\b|(?<![\w.])(?:then|expect):"
    ),
    hollow=(
        exact(
            "an assertion that always holds",
            r"\bassertTrue\s*\(\s*true\b|\bassertFalse\s*\(\s*false\b|\bassert\s+true\b|\bassertEquals\s*\(\s*(\w+)\s*,\s*\1\s*[,)]",
        ),
    ),
    skips=(
        exact(
            "@Disabled",
            r"@(?:Disabled|Ignore|IgnoreRest|Ignored|DisabledIf\w*|DisabledOn\w*|EnabledIf\w*|EnabledOn\w*|PendingFeature)\b",
        ),
        exact("an assumption", r"\bassum(?:e|ing)\w*\s*\(|\bAssum(?:e|ptions)\b"),
        exact("enabled = false", r"\benabled\s*=\s*false\b"),
        exact("expected", r"@Test\s*\([^)]{0,300}\bexpected\b"),
        exact("a block that is never run", r"\bif\s*\(\s*false\s*\)"),
    ),
    exits=(exact("an end of the program", r"\bSystem\s*\.\s*exit\b|\bexitProcess\s*\(|\.halt\s*\("),),
    silences=(
        exact("@SuppressWarnings", r"@(?:file:)?(?:Suppress\w*|nowarn)\b"),
        sign("NOSONAR", r"//\s*NOSONAR|//\s*NOPMD|CHECKSTYLE[.:]\s*(?:OFF|SUPPRESS)|//\s*noinspection"),
        sign(
            "a formatter that is off",
            r"@formatter:off|\bspotless:off|\bktlint-disable\b|\bscalafmt:\s*off|\bscalastyle:off|scalafix:off",
        ),
        exact("@Generated", r"@Generated\b|@ExcludeFromJacocoGeneratedReport"),
        exact("a swallowed exception", r"\bcatch\s*\([^)]{0,300}\)\s*\{\s*\}"),
        # Kotlin's own function for code that is not there: no fix may call it.
        exact("unfinished code", r"(?<![\w.])TODO\s*\("),
    ),
)
