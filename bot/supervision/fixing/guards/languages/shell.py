"""How shell, workflows and other text look away, whatever the language."""

import re

from bot.supervision.fixing.guards.languages.model import HASHED, Language, exact, sign

LANGUAGE = Language(
    suffixes=(".sh", ".bash", ".bats", ".zsh", ".ksh"),
    noise=HASHED,
    tests=(
        re.compile(r"^[ \t]*@test\s+(?P<name>\"[^\"\n]*\"|'[^'\n]*')", re.MULTILINE),
        re.compile(r"^[ \t]*(?:function\s+)?(?P<name>test_?\w*)\s*\(\s*\)", re.MULTILINE),
    ),
    test_file=re.compile(r"\.bats$|^test[-_.].*|[-_.]test\.\w+$"),
    asserts=re.compile(r"(?<![\w-])(?:assert\w*|refute\w*)\b|^[ \t]*\[\[?\s", re.MULTILINE),
    skips=(exact("skip", r"^[ \t]*skip\b"),),
    exits=(exact("an end of the program", r"^[ \t]*exit\s+0\b|;\s*exit\s+0\b"),),
    silences=(
        sign("|| true", r"\|\|\s*(?:true|:)(?=\s|$|;|\)|\"|')"),
        sign("set +e", r"^[ \t]*set\s+\+[a-z]*e"),
        sign("shellcheck disable", r"#\s*shellcheck\s+(?:disable|source=/dev/null)"),
        sign(
            "continue-on-error",
            r"\bcontinue-on-error\s*:|\ballow_failure\s*:|\bignore_errors\s*:|\bfailOnError\s*=",
        ),
        sign("--no-verify", r"--(?:no-verify|exit-zero|no-fail|soft-fail|passWithNoTests|allow-no-tests)\b"),
        sign("an allowed secret", r"\b(?:gitleaks|pragma):\s*allow(?:list)?|\bnosemgrep\b|\bghsa-ignore\b"),
        sign(
            "a skipped check",
            r"\b(?:checkov:skip|tfsec:ignore|trivy:ignore|kics-scan|hadolint\s+ignore|tflint-ignore|zizmor:\s*ignore)",
        ),
        sign("yamllint disable", r"#\s*yamllint\s+disable|<!--\s*markdownlint-disable|\bvale\s+off\b"),
        sign("codespell:ignore", r"\bcodespell:ignore|\bcspell:(?:disable|ignore)|\bspellchecker:disable"),
        sign("linguist-generated", r"\blinguist-(?:generated|vendored)\b"),
    ),
)
