from __future__ import annotations

import pytest

from bot.pack.manifests.naming import job_name, project_name, short_names, unique
from bot.pack.manifests.places import is_by_the_way, joined, matching

FOLDERS = ("crates/a", "crates/b", "crates/b/inner", "crates/ab/c/d", "tools/x", "x")


@pytest.mark.parametrize(
    ("patterns", "expected"),
    [
        (["crates/*"], ["crates/a", "crates/b"]),
        (["crates/**"], ["crates/a", "crates/b", "crates/b/inner", "crates/ab/c/d"]),
        (["**/d", "**"], list(FOLDERS)),
        (["**/inner"], ["crates/b/inner"]),
        (["crates/**/c/**"], ["crates/ab/c/d"]),
        (["crates/{a,ab/c/d}", "x"], ["crates/a", "crates/ab/c/d", "x"]),
        (["{crates,tools}/?"], ["crates/a", "crates/b", "tools/x"]),
        (["crates/[!a]"], ["crates/b"]),
        (["crates/{a"], []),
        (["crates/}{a"], []),
        ([], []),
    ],
)
def test_patterns_mean_folders(patterns: list[str], expected: list[str]) -> None:
    """As the tools read them: a star is within a name, two are any depth, braces are alternatives."""
    assert list(matching(patterns, FOLDERS)) == expected


def test_a_pattern_takes_no_time_that_explodes() -> None:
    """A manifest may come from a stranger: many stars over a deep path are met place by place."""
    folder = "/".join(["a" * 40] * 60)
    assert matching(["/".join(["**", "*a*a*a*a*b"] * 30)], [folder]) == ()
    assert matching(["{a,b}" * 40], ["x"]) == ()


@pytest.mark.parametrize(
    ("relative", "expected"),
    [
        ("../b", "crates/b"),
        (".", "crates/a"),
        ("../..", "."),
        ("../../..", None),
        ("/etc", None),
        ("c\\d", None),
    ],
)
def test_no_path_leads_out_of_the_repository(relative: str, expected: str | None) -> None:
    """From crates/a, by names that a manifest gives."""
    assert joined("crates/a", relative) == expected


@pytest.mark.parametrize(
    ("folder", "expected"),
    [
        (".", False),
        ("src", False),
        ("a/tests", True),
        (".github/x", True),
        ("vendor/x", True),
        ("testing", False),
    ],
)
def test_folders_that_are_no_projects(folder: str, expected: bool) -> None:  # noqa: FBT001 - a column
    """What is brought along, generated, hidden or an example."""
    assert is_by_the_way(folder) is expected


def test_names_are_those_that_a_policy_takes() -> None:
    """Without signs, never empty, each once whatever its case, and short where most begin alike."""
    texts = ["@acme/web", "9p", "", "a" * 99, "--x--", "ü"]
    assert [job_name(text) for text in texts] == ["acme-web", "_9p", "_", "a" * 60, "x", "_"]
    assert [project_name(folder, "rust") for folder in (".", "a/b", "9p", "ü")] == ["rust", "b", "9p", "rust"]
    taken: set[str] = set()
    assert [unique(name, taken) for name in ("a", "A", "a-2", "a")] == ["a", "A-2", "a-2-2", "a-3"]
    assert short_names(["cfs-a", "cfs_b", "c"]) == {"cfs-a": "a", "cfs_b": "b", "c": "c"}
    assert short_names(["cfs-a"]) == {"cfs-a": "cfs-a"}
    assert short_names([]) == {}
