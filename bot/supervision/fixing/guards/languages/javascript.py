"""How JavaScript and TypeScript are tested, and how their tools are told to look away."""

import re

from bot.supervision.fixing.guards.languages.model import QUOTED, Language, exact, sign

LANGUAGE = Language(
    suffixes=(".js", ".jsx", ".mjs", ".cjs", ".ts", ".tsx", ".mts", ".cts", ".vue", ".svelte", ".astro"),
    noise=re.compile(
        rf"(?P<comment>//[^\n]*|/\*.*?(?:\*/|\Z))|(?P<text>{QUOTED}|`(?:\\.|[^`\\])*+(?:`|\Z))",
        re.DOTALL | re.MULTILINE,
    ),
    tests=(
        re.compile(
            r"(?<![\w.$])(?:it|test|specify|describe|context|suite|bench|Deno\.test)(?:\.(?:each|concurrent|sequential)\b[^(`]{0,300})?"
            r"\s*\(\s*(?P<name>\"[^\"\n]*\"|'[^'\n]*'|`[^`]*`)"
        ),
    ),
    test_file=re.compile(r"\.(?:test|spec|cy|e2e)\.[cm]?[jt]sx?$|^test[-_.].*|.*[-_.]test\.[cm]?[jt]sx?$"),
    asserts=re.compile(
        r"(?<![\w.$])(?:expect|assert|should)\b(?:\s*\.\s*\w+)*\s*\(|\.should\b|(?<![\w$])t\.(?:is|not|deepEqual|like|throws|true|false|"
        r"truthy|falsy|ok|equal|same|strictEqual|pass|plan)\s*\("
    ),
    hollow=(
        exact(
            "an assertion that always holds",
            r"\bexpect\s*\(\s*(true|false|\d+|null|undefined)\s*\)\s*\.\s*(?:toBe|toEqual|toStrictEqual)\s*\(\s*\1\s*\)"
            r"|\bexpect\s*\(\s*true\s*\)\s*\.\s*toBeTruthy|\bassert(?:\.ok)?\s*\(\s*(?:true|1)\s*[,)]|\bt\.pass\s*\(",
        ),
    ),
    skips=(
        exact(
            "skip",
            r"\.(?:skip|skipIf|runIf|todo|failing|fails|fixme)\b|(?<![\w.$])(?:xit|xtest|xdescribe|xcontext|xspecify)\b",
        ),
        exact("only", r"\.only\b|(?<![\w.$])(?:fit|fdescribe|ftest)\b"),
        exact("this.skip", r"\bthis\.skip\s*\("),
        exact("a test that ends at once", r"(?:=>|\))\s*\{\s*return\s*;"),
        exact("a block that is never run", r"\bif\s*\(\s*(?:false|0|!\s*true)\s*\)"),
        exact("a mock", r"\b(?:jest|vi)\s*\.\s*(?:mock|doMock|spyOn)\s*\("),
        exact("expect.extend", r"\bexpect\s*\.\s*extend\b"),
    ),
    exits=(exact("an end of the program", r"\bprocess\s*\.\s*(?:exit|exitCode|reallyExit|abort)\b"),),
    silences=(
        sign(
            "eslint-disable",
            r"\b(?:eslint|oxlint|tslint|stylelint|jshint|standard)[-:]disable|/\*\s*(?:eslint|jshint)\s",
        ),
        sign("@ts-ignore", r"@ts-(?:ignore|nocheck|expect-error)\b"),
        sign("prettier-ignore", r"\b(?:prettier|biome|dprint|rome)-ignore\b"),
        sign("a hole in the coverage", r"\b(?:istanbul|c8|v8|node:coverage)\s+(?:ignore|disable)\b"),
        exact("as any", r"\bas\s+(?:any|unknown\s+as)\b|:\s*any\b|<any>"),
        exact("$FlowFixMe", r"\$Flow(?:FixMe|Ignore|Issue)"),
        exact(
            "a swallowed exception",
            r"\bcatch\s*(?:\([^)]{0,300}\))?\s*\{\s*\}|\.catch\s*\(\s*\(?\w*\)?\s*=>\s*(?:\{\s*\}|undefined|null)\s*\)",
        ),
    ),
)
