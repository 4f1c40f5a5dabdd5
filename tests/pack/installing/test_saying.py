"""What people read of an installation: the tree on the terminal, the description of the pull request."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from markdown_it import MarkdownIt
from msgspec.structs import replace as changed

from bot.config.pipeline import (
    InfrastructureConfig,
    Kind,
    PipelineConfig,
    ProjectConfig,
    Registry,
    ShippingConfig,
    SuiteConfig,
)
from bot.pack.installing.drafting import Draft
from bot.pack.installing.model import Change, Fate
from bot.pack.installing.saying.body import body_text, renewed
from bot.pack.installing.saying.checklist import checklist
from bot.pack.installing.saying.describing import purpose
from bot.pack.installing.saying.listing import diff_text, difference, files_text, found_text
from bot.pack.model import Found, Member
from bot.pack.rendering.pack import About

ABOUT = About(full_name="acme/breakwater", default_branch="main", bot_login="pilothouse[bot]")
PIPELINE = PipelineConfig(projects={"core": ProjectConfig(kind=Kind.CARGO)})
WHOLE = changed(
    PIPELINE,
    suites={"carried": SuiteConfig(run="cargo test")},
    release=ShippingConfig(binaries=("gate",)),
    infrastructure=InfrastructureConfig(state="a-state", artifacts="an-artifact"),
)
CORE = Found(
    name="core",
    kind=Kind.CARGO,
    folder=".",
    members=(Member(name="a", folder="a"), Member(name="b", folder="b")),
    binaries=tuple(f"p{number}" for number in range(10)),
)


def change(
    path: str, fate: Fate, *, before: bytes | None = b"old\n", after: bytes | None = b"new\n"
) -> Change:
    return Change(
        path=path, fate=fate, before=before, after=after, offered=b"# What it is for.\nnew\n", written=None
    )


def draft(*changes: Change, pipeline: PipelineConfig = PIPELINE) -> Draft:
    return Draft(about=ABOUT, found=(CORE,), pipeline=pipeline, decided=(), changes=changes, trouble="")


def described(made: Draft) -> str:
    ids = {one.path: one.fate.value for one in made.changes if one.fate is not Fate.REMOVED}
    there = {one.path: "before" for one in made.changes if one.before is not None}
    return body_text(made, there, ids)


def test_the_tree_has_each_folder_once_and_counts_what_is_right() -> None:
    made = draft(
        change(".github/workflows/a.yml", Fate.NEW),
        change(".github/workflows/b.yml", Fate.CONFLICT),
        change("infra/main.tf", Fate.REMOVED),
        change("infra/other.tf", Fate.SAME),
    )
    assert files_text(replace(made, decided=("groups.x",), trouble="it is garbled")).splitlines() == [
        "  .github/",
        "    workflows/",
        "+     a.yml  (new)",
        "!     b.yml  (stays as it is: you changed what is new (--replace or --keep decides))",
        "  infra/",
        "-   main.tf  (removed: the pipeline has it no more)",
        "= 1 files are as they should be",
        "! pipeline.groups.x: you decided it otherwise than what is found now; yours holds",
        "! the record of what was written is not used: it is garbled",
    ]


def test_a_tree_of_what_changes_names_nothing_else() -> None:
    assert files_text(draft(change("a.yml", Fate.NEW))) == "+ a.yml  (new)"


@pytest.mark.parametrize("fate", [fate for fate in Fate if fate is not Fate.SAME])
def test_every_fate_has_its_words(fate: Fate) -> None:
    """Nothing becomes of a file that is not told on the terminal."""
    assert len(files_text(draft(change("a.yml", fate)))) > len("+ a.yml  ()")


def test_what_was_found_is_told_in_a_line_each() -> None:
    assert found_text(draft(pipeline=WHOLE)).splitlines() == [
        "  core: cargo in ., 2 members, programs p0, p1, p2, p3, p4, p5, p6, p7 and 2 more",
        "  jobs of tests-all.yml: all-tests",
        "  suites of integration-tests.yml: carried",
    ]


def test_a_conflict_is_shown_against_what_the_pack_has() -> None:
    """The person has to see what would change by --replace."""
    lines = difference(change("a.yml", Fate.CONFLICT)).splitlines()
    assert lines == ["--- a/a.yml", "+++ b/a.yml", "@@ -1 +1,2 @@", "-old", "+# What it is for.", "+new"]


def test_only_what_changes_or_needs_a_person_has_a_difference() -> None:
    new, gone = change("a", Fate.NEW, before=None, after=b"x"), change("b", Fate.REMOVED, after=None)
    made = draft(new, gone, change("c", Fate.KEPT))
    assert diff_text(made).splitlines() == [
        "--- /dev/null",
        "+++ b/a",
        "@@ -0,0 +1 @@",
        "+x",
        "\\ No newline at end of file",
        "--- a/b",
        "+++ /dev/null",
        "@@ -1 +0,0 @@",
        "-old",
    ]


def test_a_terminal_is_given_no_orders() -> None:
    """What a repository holds may have been written to be shown on one."""
    evil = replace(CORE, name="x\x1b]0;owned\x07")
    made = replace(draft(change("a", Fate.FOREIGN, before=b"\x1b[2Jmine\tyours\n")), found=(evil,))
    assert "\x1b" not in found_text(made) + diff_text(made)
    assert "mine\tyours\n" in diff_text(made)


def test_the_description_says_what_each_file_is_for_in_its_own_words() -> None:
    new = change(".github/workflows/a.yml", Fate.NEW, before=None)
    text = described(draft(new, change("infra/tf/m.tf", Fate.REMOVED)))
    assert "| `.github/workflows/a.yml` | new | What it is for. |" in text
    assert "<summary>1 file in <code>infra/tf</code></summary>" in text
    assert "| `infra/tf/m.tf` | removed |" in text


def test_files_that_a_reader_sees_unchanged_are_not_listed() -> None:
    made = draft(change("Dockerfile", Fate.KEPT))
    assert "`Dockerfile` |" not in body_text(made, {"Dockerfile": "x"}, {"Dockerfile": "x"})


def test_what_a_person_has_to_decide_comes_with_its_difference() -> None:
    text = described(draft(*(change(f"{number}.yml", Fate.FOREIGN) for number in range(10))))
    assert text.count("```diff") == 8
    assert text.count("leaves it alone") == 10


CALLER = replace(
    change(".github/workflows/deploy.yml", Fate.NEW),
    after=b"jobs:\n  ci:\n    uses: $/.github/workflows/ci.yml\n    steps:\n      - uses: ./.github/actions/setup\n",
)


@pytest.mark.parametrize("path", [".github/workflows/ci.yml", ".github/actions/setup/action.yml"])
@pytest.mark.parametrize("fate", [Fate.FOREIGN, Fate.DELETED])
def test_what_others_call_is_missed_where_the_packs_is_not(path: str, fate: Fate) -> None:
    """A person's own ci-build.yml stays; that deploy-prod.yml calls it as the pack has it must not surprise them."""
    made = draft(CALLER, change(path, fate))
    assert "needed as the pack has it by .github/workflows/deploy.yml" in files_text(made)
    assert f"`.github/workflows/deploy.yml` cannot run without the pack's `{path}`" in described(made)


@pytest.mark.parametrize(
    ("path", "fate"), [("c.yml", Fate.FOREIGN), (".github/workflows/ci.yml", Fate.CONFLICT)]
)
def test_what_nobody_calls_or_was_only_edited_is_missed_by_nobody(path: str, fate: Fate) -> None:
    made = draft(CALLER, change(path, fate))
    assert "needed as the pack" not in files_text(made)
    assert "cannot run without" not in described(made)


def test_what_a_person_had_changed_is_told() -> None:
    made = draft(change("a.yml", Fate.MERGED), change("b.yml", Fate.DELETED))
    text = described(replace(made, decided=("nightly",), trouble="it is <garbled> @acme/team"))
    for words in (
        "your edits stay, what is new",
        "you deleted it",
        "`pipeline.nightly`",
        "it is &lt;garbled&gt;",
    ):
        assert words in text
    assert "@acme/team" not in text


def test_hostile_text_stays_text() -> None:
    """A path, a name or a line of a repository renders as nothing but itself, and mentions nobody."""
    evil = "x`|<img src=x>\n@acme/team.yml"
    conflict = change(evil, Fate.CONFLICT, before=b"```\n@acme/team\n</details><img src=x>\n")
    text = described(replace(draft(conflict), found=(replace(CORE, name=evil),)))
    page = MarkdownIt("commonmark").enable("table").render(text)
    assert "<img" not in page
    assert "@acme" not in re.sub(r"<(code|pre)[ >].*?</\1>", "", page, flags=re.DOTALL)


def test_a_description_is_never_longer_than_github_takes() -> None:
    """What is left out last is what is to be done once."""
    new = (change(f".github/{'x' * 60}{number}.yml", Fate.NEW, before=None) for number in range(900))
    text = described(draft(*new))
    assert len(text) <= 65_536
    assert "… and 850 more" in text
    assert "- [ ] Require" in text
    own = described(draft(*(change(f"{'y' * 60}{number}", Fate.FOREIGN) for number in range(900))))
    assert len(own) <= 65_536
    assert own.endswith("<!-- pilothouse:init-end -->")


def test_all_that_is_to_be_done_once_is_listed() -> None:
    lines = checklist(WHOLE, ABOUT)
    places = (
        "`integration-tests`",
        "AWS_PLAN_ROLE",
        "`a-state`",
        "/deploy staging",
        "/release v1.0.0",
        "doctor acme/",
    )
    assert [words for words in places if words not in lines] == []
    assert "AWS_IMAGE_ROLE" not in lines
    pushed = changed(WHOLE, release=ShippingConfig(binaries=("gate",), registry=Registry.ECR))
    assert "AWS_IMAGE_ROLE" in checklist(pushed, ABOUT)
    short = checklist(PIPELINE, ABOUT)
    assert [words for words in ("AWS", "integration-tests", "/release") if words in short] == []


OLD = described(draft(change("a.yml", Fate.NEW)))


def test_a_description_that_is_the_same_stays_byte_for_byte() -> None:
    assert renewed(OLD, OLD) == OLD


def test_words_around_it_and_ticks_in_it_stay() -> None:
    before = f"Ida: wait.\r\n\r\n{OLD.replace('- [ ] Require', '- [X] Require')}\r\nThanks!"
    after = renewed(before, OLD.replace("`core`", "`heart`"))
    assert after.startswith("Ida: wait.\n\n<!-- pilothouse:init -->")
    assert after.endswith("<!-- pilothouse:init-end -->\nThanks!")
    assert "- [x] Require" in after
    assert "`heart`" in after


@pytest.mark.parametrize(
    ("before", "start"), [("", "<!-- pilothouse"), ("Mine.", "Mine.\n\n<!-- pilothouse")]
)
def test_a_description_of_a_person_is_added_to(before: str, start: str) -> None:
    assert renewed(before, OLD).startswith(start)


@pytest.mark.parametrize(
    ("path", "content", "said"),
    [
        ("a/b.yml", b"---\n# Tests the whole. And more.\nname: x\n", "Tests the whole."),
        ("a/b.tf", b"# Where plans lie:\n# encrypted; and more\n\n", "Where plans lie: encrypted."),
        ("a/b.sh", b"#!/bin/sh\n# Runs a program\nset -e\n", "Runs a program."),
        ("a/b.py", b'"""Sums up\n  what is left."""\n', "Sums up what is left."),
        ("a/action.yml", b"---\nname: x\ndescription: 'Sets up.'\nruns: {}\n", "Sets up."),
        ("a/action.yml", b"name: x\n", "A part of the pipeline."),
        ("a/versions.tf", b"terraform {\n", "Which versions of Terraform and of its providers."),
        ("a/b.json", b"{}", "Read by what lies beside it."),
        ("a/b", None, "A part of the pipeline."),
        ("a/b.tf", b"# " + b"x" * 300, "x" * 199 + "…"),
        (
            ".github/pilothouse.yml",
            b"",
            "What Pilothouse does here; from its key `pipeline` all of this is made.",
        ),
    ],
)
def test_a_file_says_itself_what_it_is_for(path: str, content: bytes | None, said: str) -> None:
    assert purpose(path, content) == said
