"""Paths that no fix may touch, and paths that nobody should have."""

from __future__ import annotations

import pytest

from bot.supervision.fixing.guards.kept_out import KEPT_OUT
from tests.support.guards import broken_rules


@pytest.mark.parametrize(
    ("path", "why"),
    [
        (".github/workflows/ci.yml", "GitHub's own settings"),
        (".github/actions/x/action.yml", "GitHub's own settings"),
        (".GitHub/Workflows/ci.yml", "GitHub's own settings"),
        ("vendor/x/.github/FUNDING.yml", "GitHub's own settings"),
        (".github/pilothouse.yml", "the policy that holds the bot itself"),
        ("CODEOWNERS", "says who has to be asked"),
        ("docs/CODEOWNERS", "says who has to be asked"),
        ("tools/action.yaml", "is an action"),
        (".gitlab-ci.yml", "another CI's pipeline"),
        ("Jenkinsfile.release", "another CI's pipeline"),
        (".gitattributes", "tells git what to do"),
        ("sub/.gitmodules", "tells git what to do"),
        (".husky/pre-commit", "is a hook"),
        ("AGENTS.md", "tells agents what to do"),
        ("pkg/CLAUDE.md", "tells agents what to do"),
        ("opencode.json", "tells agents what to do"),
        (".vscode/tasks.json", "set-up of an editor"),
        (".env.production", "holds settings, and often secrets"),
        ("rust-toolchain.toml", "names the tools"),
        ("Makefile", "says how it is built"),
        ("docker/Dockerfile.dev", "says how it is built"),
        (".cargo/config.toml", "says how it is built"),
        ("pytest.ini", "decides how tests run"),
        ("a/sitecustomize.py", "decides how tests run"),
        ("web/vitest.config.ts", "decides how tests run"),
        ("clippy.toml", "decides what checkers complain of"),
        (".eslintrc.json", "decides what checkers complain of"),
        ("tsconfig.build.json", "decides what checkers complain of"),
        ("infra/main.tf", "is kept out by `infra/`"),
        ("Infra/deep/main.tf", "is kept out by `infra/`"),
        ("db/schema.sql", "is kept out by `*.sql`"),
        ("docs/how.md", "is kept out by `./docs/*.md`"),
        # no file should be called so
        ("../outside.py", "lies outside"),
        ("/etc/passwd", "lies outside"),
        ("a//b.py", "lies outside"),
        ("./a.py", "lies outside"),
        ("-rf", "lies outside"),
        ("~/x.py", "lies outside"),
        ("a/.git./config", "may be taken for another"),
        ("GIT~1/config", "may be taken for another"),
        ("a.py ", "may be taken for another"),
        ("a.py:stream", "may be taken for another"),
        ("a\u202egnp.py", "cannot be shown"),
        ("a\u200b.py", "cannot be shown"),
        ("a\ufffd.py", "cannot be shown"),
        ("a" * 401, "cannot be shown"),
    ],
)
def test_kept_out(path: str, why: str) -> None:
    """What decides how code is built, checked or merged is for people to change, wherever it lies."""
    for edit in (("a\n", "b\n"), (None, "b\n"), ("a\n", None)):
        assert why in broken_rules({path: edit})["paths"]


@pytest.mark.parametrize(
    "path",
    [
        "src/lib.rs",
        "github/a.py",
        "src/action.py",
        "docs/a.txt",
        "a/envelope.py",
        "lib/make.py",
        "x/.hidden.py",
    ],
)
def test_open_to_fixes(path: str) -> None:
    """Other files are what fixes are for."""
    assert broken_rules({path: ("a\n", "b\n")}) == {}


def test_names_that_break_out() -> None:
    """A name with markup in it is refused, and what is said of it is no markup."""
    said = broken_rules({"infra/`x` @y.tf": (None, "b\n")})["paths"]
    assert said.startswith("It touches what no fix may: ``infra/`x` @y.tf``")


def test_many_places() -> None:
    """Of many places the first are named, and how many there are."""
    said = broken_rules({f"infra/{number}.tf": ("a\n", "b\n") for number in range(9)})["paths"]
    assert said.count("infra/`") == 5
    assert said.endswith("; and 4 more.")


def test_the_list_is_in_order() -> None:
    """Patterns are held against names without their letters' case, so none has capital letters; none stands twice."""
    patterns = [pattern for _, named in KEPT_OUT for pattern in named]
    assert [one for one in patterns if one != one.casefold()] == []
    assert len(patterns) == len(set(patterns))
