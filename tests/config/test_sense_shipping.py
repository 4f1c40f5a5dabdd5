"""What a policy about merging and releasing cannot mean, each time with its place."""

from __future__ import annotations

from typing import Annotated

import pytest
from msgspec import Meta
from ruamel.yaml.comments import CommentedMap

from bot.config.mistakes import wrong_in
from bot.config.repository import ConfigurationErrors, RepositoryConfig, configuration_from_yaml
from bot.config.terms import Strict


class Harbour(Strict, frozen=True, kw_only=True):
    """A part of a file of which nothing but this is known."""

    berth: Annotated[str, Meta(pattern="^[A-Z][0-9]$", description="The letter and number of a berth.")]


WHOLE = """\
environments:
  production: {}
merge:
  method: squash
  permission: triage
  label: automerge
  automatic:
    - {authors: ["dependabot[bot]"], labels: [dependencies], branches: [main, 1.*], files: ["*.lock"], bump: minor}
    - {authors: [octocat, bob_octo]}
  checks: [test, pilothouse / configuration]
  reviews: 1
  quiet: 24h
  blocking_labels: [hold]
  blocking_titles: ['^(wip|draft)', '\\[hold\\]']
  priority_labels: [urgent, soon]
  freeze: {windows: [{cron: 0 16 * * 5, lasts: 60h, zone: Europe/Berlin}], allow: {teams: [octo/crew]}}
  train: {batch: 4, branch: ci/train/}
release:
  environment: Production
  permission: write
  branches: ["1.*"]
  tag: release/v{version}
  checks: [test]
  assets:
    - {name: "*-linux-x64.tar.gz", smallest: 1000}
    - {name: "harbour-{version}-linux-arm64.tar.gz", provenance: false}
  checksums: SHA256SUMS
  provenance: {required: true}
  components:
    api: {paths: ["api/*"], checksums: "{tag}.sha256"}
    web-app: {paths: [web/*], tag: "web@{version}", assets: [{name: web.zip}]}
"""


def told(text: str) -> list[str]:
    """This function will list what is wrong with a file that says so: key and message."""
    found = configuration_from_yaml(text.encode())
    assert isinstance(found, ConfigurationErrors), found
    return [mistake.message for mistake in found.mistakes]


def test_a_whole_policy_makes_sense() -> None:
    assert isinstance(configuration_from_yaml(WHOLE.encode()), RepositoryConfig)


@pytest.mark.parametrize(
    ("said", "message"),
    [
        (
            "permission: read",
            "permission: whoever can read the repository could merge; it takes triage or more",
        ),
        ("checks: [test, Test, test]", "checks[2]: test is there twice"),
        ("priority_labels: [now, Now]", "priority_labels[1]: Now is there twice"),
        ('checks: [""]', "checks[0]: it is empty"),
        (
            "checks: [pilothouse / merge]",
            "checks[0]: the bot's own check run on merging does not count for itself",
        ),
        ('checks: ["test *"]', "checks[0]: checks are named in full; * stands for itself only"),
        ("label: WIP", "label: it asks for merges, and blocking_labels says that it stops them"),
        ("priority_labels: [wip]", "priority_labels[0]: blocking_labels says that it stops merges"),
        ('blocking_labels: [" "]', "blocking_labels[0]: it is empty"),
        (
            "blocking_titles: ['(']",
            "blocking_titles[0]: it is no regular expression: missing ), unterminated subpattern at position 0",
        ),
        (
            "blocking_titles: ['(a+)+']",
            "blocking_titles[0]: a repeat, or alternatives, within a repeat can take for ever on a short text",
        ),
        ("blocking_titles: ['a*b*c*d']", "blocking_titles[0]: it may have 2 repeats without a bound"),
        (
            "blocking_titles: ['(wip)?']",
            "blocking_titles[0]: it is found in every title, so nothing would ever be merged",
        ),
        ('automatic: [{authors: ["@ada"]}]', "automatic[0].authors[0]: it takes a login, without @"),
        (
            "automatic: [{authors: [ada], labels: [wip]}]",
            "automatic[0].labels[0]: blocking_labels says that it stops merges",
        ),
        ('automatic: [{authors: [ada], files: [""]}]', "automatic[0].files[0]: it is empty"),
        ("quiet: 25h", "quiet: it takes a day at most"),
        (
            "freeze: {windows: [{start: 2026-12-20, end: 2026-12-01}]}",
            "freeze.windows[0].end: it lies before the start",
        ),
        ("freeze: {allow: {users: ['@ada']}}", "freeze.allow.users[0]: it takes a login, without @"),
        ("train: {branch: a..b/}", "train.branch: git has no branches that are named so"),
        (
            "train: {branch: train}",
            "train.branch: it takes the beginning of a branch's name that ends with /, such as pilothouse/train/",
        ),
    ],
)
def test_what_cannot_be_meant_about_merging(said: str, message: str) -> None:
    assert told(f"merge:\n  {said}\n") == [f"merge.{message}"]


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ("permission: triage", "permission: a release makes tags; it takes write or more"),
        ("environment: staging", "environment: there is no environment staging; there are production, test"),
        ('branches: [""]', "branches[0]: it is empty"),
        ("checks: [pilothouse / merge]", "checks[0]: the bot's own check runs do not count as checks"),
        ("checks: [a, a]", "checks[1]: a is there twice"),
        ("tag: v", "tag: it takes what ends with {version}, such as v{version}"),
        ('tag: "a b{version}"', "tag: git, or we, take no tags that are named so"),
        ('tag: "v..{version}"', "tag: git, or we, take no tags that are named so"),
        (
            'components: {api: {paths: [a], tag: "V{version}"}}',
            "components.api.tag: its tags are those of tag too",
        ),
        (
            'components: {api: {paths: [a], tag: "x-{version}"}, web: {paths: [b], tag: "x-{version}"}}',
            "components.web.tag: its tags are those of components.api.tag too",
        ),
        (
            "components: {a-: {paths: [a]}}",
            "components.a-: the name of a component has letters, digits, ., - and _",
        ),
        ('components: {api: {paths: [" "]}}', "components.api.paths[0]: it is empty"),
        (
            "components: {api: {paths: [a], assets: [{name: a/b}]}}",
            "components.api.assets[0].name: the files of a release have no folders",
        ),
        (
            'components: {api: {paths: [a], checksums: "*"}}',
            "components.api.checksums: it takes one name; * could be several files",
        ),
        ("assets: [{name: a}, {name: a}]", "assets[1].name: a is there twice"),
        (
            'assets: [{name: "a-{arch}"}]',
            "assets[0].name: {arch} stands for nothing; {version} and {tag} are known",
        ),
        ("checksums: a/b", "checksums: the files of a release have no folders"),
        ("workflow: null\n  assets: [{name: a}]", "assets: no workflow would bring them; workflow is null"),
        ("workflow: null\n  checksums: SUMS", "checksums: no workflow would bring them; workflow is null"),
        ("workflow: release", "workflow: it takes the name of a workflow file, such as deploy.yml"),
        (
            "provenance: {required: true}",
            "provenance.required: it is about the files of assets; there are none",
        ),
    ],
)
def test_what_cannot_be_meant_about_releases(said: str, message: str) -> None:
    named = "environments: {production: {}, test: {}}\n"
    assert told(f"{named}release:\n  {said}\n") == [f"release.{message}"]


@pytest.mark.parametrize("said", ["environment: production", "workflow: null", "sanity: false"])
def test_what_can_be_meant_is_not_a_mistake(said: str) -> None:
    """Where the file names no environments, GitHub's own are meant."""
    assert isinstance(configuration_from_yaml(f"release: {{{said}}}".encode()), RepositoryConfig)


def test_every_mistake_is_told_at_once() -> None:
    text = "merge:\n  label: hold\n  quiet: soon\n  nonsense: 1\nrelease:\n  checksums: a/b\n"
    assert told(text) == [
        "merge.label: it asks for merges, and blocking_labels says that it stops them",
        "merge.quiet: it takes a length of time: 30s, 10m, 6h or 2d",
        "merge.nonsense: there is no such key",
        "release.checksums: the files of a release have no folders",
    ]


@pytest.mark.parametrize("text", ["merge: null", "merge: []", "release: 3", "merge: {checks: {}}"])
def test_a_part_of_another_form_is_one_mistake(text: str) -> None:
    assert len(told(text)) == 1


def test_no_key_is_told_by_a_regular_expression() -> None:
    """Whoever reads the answer wants to know what to write."""
    text = "release: {components: {api: {paths: [a], tag: api}}}"
    assert told(text) == ["release.components.api.tag: it takes what ends with {version}, such as v{version}"]
    assert wrong_in(CommentedMap(berth="x"), Harbour) == (
        (("berth",), "it has another form than this key takes. The letter and number of a berth."),
    )
