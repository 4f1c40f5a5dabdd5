"""How Rust is tested, and how its tools are told to look away."""

import re

from bot.supervision.fixing.guards.languages.model import Language, exact, sign

LANGUAGE = Language(
    suffixes=(".rs",),
    noise=re.compile(
        r"(?P<comment>//[^\n]*|/\*.*?(?:\*/|\Z))"
        r"|(?P<text>\bb?r(?P<hashes>\#*)\".*?(?:\"(?P=hashes)|\Z)|\"(?:\\.|[^\"\\])*+(?:\"|\Z)|'(?:\\[^\n]{1,8}?|[^'\\\n])')",
        re.DOTALL,
    ),
    tests=(
        re.compile(
            r"#\[\s*(?:\w+\s*::\s*)*(?:test|rstest|test_case|test_log|proptest|quickcheck|wasm_bindgen_test|case)\b[^\]]{0,300}\]"
            r"(?:\s*#\[[^\]]{0,300}\]){0,12}\s*(?:pub(?:\s*\([^)]{0,300}\))?\s+)?(?:(?:async|const|unsafe)\s+)*fn\s+(?P<name>\$?\w+)"
        ),
    ),
    test_file=re.compile(r"^tests?\.rs$|_tests?\.rs$"),
    asserts=re.compile(r"\b(?:debug_)?assert\w*!\s*[(\[{]|\bprop_assert\w*!\s*\(|\bpanic!\s*\("),
    hollow=(
        exact(
            "an assertion that always holds",
            r"\bassert!\s*\(\s*(?:true|1\s*==\s*1|!\s*false)\s*[,)]|\bassert_eq!\s*\(\s*([\w.]+)\s*,\s*\1\s*[,)]",
        ),
        exact(
            "an assertion with an alternative that always holds", r"\bassert!\s*\([^\n;]{0,300}\|\|\s*true\b"
        ),
    ),
    skips=(
        exact("#[ignore]", r"#!?\[[^\]]{0,300}\bignore\b"),
        exact("#[should_panic]", r"#\[[^\]]{0,300}\bshould_panic\b"),
        exact("#[cfg(…)]", r"#!?\[\s*cfg(?:_attr)?\s*\((?!\s*test\s*\)\s*\])"),
        exact("a test that ends at once", r"\bfn\s+\w+\s*\(\s*\)\s*(?:->[^{;]{0,300})?\{\s*return\b"),
        exact("a block that is never run", r"\bif\s+(?:false|!\s*true)\b"),
    ),
    exits=(exact("an end of the program", r"\bprocess\s*::\s*exit\b|\blibc\s*::\s*_?exit\b"),),
    silences=(
        exact("#[allow(…)]", r"#!?\[[^\]]{0,300}\b(?:allow|expect|warn)\s*\("),
        exact("rustfmt::skip", r"\brustfmt(?:::|_)skip\b"),
        sign(
            "#[coverage(off)]",
            r"#!?\[[^\]]{0,300}\bcoverage\s*\(\s*off|\bno_coverage\b|\btarpaulin::skip\b|cfg\(tarpaulin",
        ),
        exact("unfinished code", r"\b(?:todo|unimplemented)!\s*[(\[{]"),
        exact("catch_unwind", r"\bcatch_unwind\b|\bset_hook\b"),
        exact("transmute", r"\btransmute\w*\b"),
    ),
)
