"""How C# and F# are tested, and how their tools are told to look away."""

import re

from bot.supervision.fixing.guards.languages.model import C_LIKE, Language, exact, sign

LANGUAGE = Language(
    suffixes=(".cs", ".fs", ".vb"),
    noise=C_LIKE,
    tests=(
        re.compile(
            r"\[\s*(?:\w+\s*,\s*)*(?:Fact|Theory|Test|TestCase|TestMethod|DataTestMethod)\b[^\]]{0,300}\](?:\s*\[[^\]]{0,300}\]){0,8}"
            r"\s*(?:[\w<>\[\].,?]+\s+){0,8}?(?P<name>\w+)\s*\("
        ),
    ),
    test_file=re.compile(r"Tests?\.\w+$|Spec\.\w+$"),
    asserts=re.compile(r"\bAssert\s*\.\s*\w+\s*[(<]|\.Should\w*\s*\(|\bCollectionAssert\.\w+\s*\("),
    hollow=(
        exact(
            "an assertion that always holds",
            r"\bAssert\s*\.\s*(?:True|IsTrue)\s*\(\s*true\b|\bAssert\.Pass\s*\(",
        ),
    ),
    skips=(
        exact(
            "skip",
            r"\bSkip\s*=|\[\s*Ignore\b|\[\s*Explicit\b|\bAssert\s*\.\s*(?:Ignore|Inconclusive)\b|\bSkip\.If",
        ),
        exact("#if", r"^[ \t]*#if\b"),
    ),
    exits=(exact("an end of the program", r"\bEnvironment\s*\.\s*(?:Exit|FailFast)\b"),),
    silences=(
        sign("#pragma warning disable", r"#pragma\s+warning\s+disable|#nullable\s+disable|#nowarn"),
        exact(
            "SuppressMessage",
            r"\bSuppressMessage\b|\bExcludeFromCodeCoverage\b|\bUnconditionalSuppressMessage\b",
        ),
        sign("ReSharper disable", r"//\s*ReSharper\s+disable"),
        exact("a swallowed exception", r"\bcatch\s*(?:\([^)]{0,300}\))?\s*\{\s*\}"),
        exact("NotImplementedException", r"\bNotImplementedException\b"),
    ),
)
