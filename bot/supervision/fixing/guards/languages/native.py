"""How C, C++, Swift and PHP are tested, and how their tools are told to look away."""

import re

from bot.supervision.fixing.guards.languages.model import C_LIKE, Language, exact, sign

LANGUAGE = Language(
    suffixes=(
        ".c",
        ".h",
        ".cc",
        ".cpp",
        ".cxx",
        ".hpp",
        ".hh",
        ".m",
        ".mm",
        ".swift",
        ".php",
        ".dart",
        ".zig",
    ),
    noise=C_LIKE,
    tests=(
        re.compile(r"\b(?:TEST|TEST_F|TEST_P|TYPED_TEST)\s*\(\s*(?P<name>\w+\s*,\s*\w+)\s*\)"),
        re.compile(
            r"\b(?:TEST_CASE|SCENARIO|SECTION|BOOST_AUTO_TEST_CASE|START_TEST)\s*\(\s*(?P<name>\"[^\"\n]*\"|\w+)"
        ),
        re.compile(r"\bfunc(?:tion)?\s+(?P<name>test\w+)\s*\("),
        re.compile(r"(?<![\w.$>])(?:test|it|group|testWidgets)\s*\(\s*(?P<name>\"[^\"\n]*\"|'[^'\n]*')"),
        re.compile(
            r"@Test\b[^\n]{0,300}\s+func\s+(?P<name>\w+)|^[ \t]*test\s+(?P<named>\"[^\"\n]*\")", re.MULTILINE
        ),
    ),
    test_file=re.compile(r"[Tt]ests?\.\w+$|_test\.\w+$|^test_.*"),
    asserts=re.compile(
        r"\b(?:EXPECT|ASSERT|CHECK|REQUIRE|BOOST_\w+|XCTAssert\w*|XCTFail|XCTUnwrap|ck_assert\w*|static_assert|assert\w*)\w*\s*\("
        r"|#(?:expect|require)\s*\(|(?<![\w.])expect\w*\s*\("
    ),
    hollow=(
        exact(
            "an assertion that always holds",
            r"\b(?:EXPECT_TRUE|ASSERT_TRUE|REQUIRE|CHECK|assert|XCTAssertTrue|assertTrue)\s*\(\s*(?:true|1)\s*\)",
        ),
    ),
    skips=(
        exact(
            "skip",
            r"\bGTEST_SKIP\b|\bDISABLED_\w+|\bXCTSkip\w*\b|\bSKIP\s*\(|markTestSkipped|markTestIncomplete|\bskip:\s*(?!false)|\.disabled\b|\[!?(?:shouldfail|mayfail|hide)",
        ),
        exact("#if 0", r"^[ \t]*#\s*if\s+(?:0|false)\b"),
    ),
    exits=(exact("an end of the program", r"(?<![\w.>])_?[eE]xit\s*\(|\bquick_exit\s*\(|\babort\s*\("),),
    silences=(
        sign("NOLINT", r"//\s*NOLINT|cppcheck-suppress|//\s*NOSONAR|\bcoverity\["),
        sign(
            "a pragma that hides warnings",
            r"#\s*pragma\s+(?:GCC|clang)\s+(?:diagnostic\s+ignored|system_header)|#\s*pragma\s+warning\s*\(\s*disable",
        ),
        sign(
            "a formatter that is off",
            r"clang-format\s+off|swiftformat:disable|swiftlint:disable|dart\s+format\s+off|@formatter:off",
        ),
        sign("a hole in the coverage", r"\b[LG]COVR?_EXCL\w*|@codeCoverageIgnore"),
        sign(
            "ignored by an analyser",
            r"@phpstan-ignore|@psalm-suppress|phpcs:(?:ignore|disable)|@phpcsSuppress|//\s*ignore(?:_for_file)?:|periphery:ignore",
        ),
        exact("a swallowed exception", r"\bcatch\s*(?:\([^)]{0,300}\))?\s*\{\s*\}|\btry\?\s"),
        exact("a swallowed error of PHP", r"\berror_reporting\s*\(|\bini_set\s*\(\s*['\"]display_errors"),
    ),
)
