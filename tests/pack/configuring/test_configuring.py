from __future__ import annotations

import pytest
from msgspec.structs import replace

from bot.config.pipeline import InfrastructureConfig, SuiteConfig, Target
from bot.config.repository import RepositoryConfig, configuration_from_yaml
from bot.pack.configuring import RefusedConfigurationError, configured
from bot.pack.detecting import detect
from bot.pack.suggesting import suggest
from tests.support.layouts import files_of, layout

_THERE = layout("cargo-nested")
_FOUND = suggest(detect(_THERE), _THERE)
assert _FOUND is not None
SMALL = _FOUND
DEPLOYED = replace(SMALL, infrastructure=InfrastructureConfig(state="sn-state", artifacts="sn-artifacts"))

EXISTING = {
    "nothing": b"",
    "blank lines": b"\n\n",
    "a comment": b"# We deploy on Tuesdays.\n",
    "no end of line": b"version: 1",
    "blank lines at the end": b"version: 1\n\n\n",
    "quotes and odd blanks": b"version:   1   # one\ndiagnosis: {'comment' : \"no\" }\n".replace(
        b'"no"', b"false"
    ),
    "windows": b"# mine\r\nversion: 1\r\n\r\nmerge:\r\n  method: squash # why\r\n",
    "a mark at the start": b"\xef\xbb\xbfversion: 1\n",
    "a start and a comment behind": b"---\nversion: 1\n\n# behind\n",
    "all indented": b"  version: 1\n  merge:\n      method: squash\n",
    "a list that is not indented": b"merge:\n  automatic:\n  - authors: [ida]\n  - authors:\n    - ben\n    # last\n",
    "a block of text": (
        b"environments:\n  review:\n    inputs:\n      note: |\n        # no comment\n\n        text\nversion: 1\n"
    ),
    "anchors elsewhere": (
        b"environments:\n  a: &base\n    reviews: 1\n    bake: null\n  b:\n    <<: *base\n    reviews: 2\n"
    ),
    "an environment of that name": b"environments:\n  Staging: {workflow: mine.yml}\n",
    "what a person changed": files_of("initialised")[".github/pilothouse.yml"],
    "a pipeline of nothing": b"pipeline:\nmerge: {}\n",
    "signs of all kinds": "# \u00e9\u4e16 \U0001f980\ndiagnosis:\n  ignore_workflows: ['\u00fc.yml']\n".encode(),
}


def _read(text: bytes) -> RepositoryConfig:
    found = configuration_from_yaml(text)
    assert isinstance(found, RepositoryConfig), found
    return found


@pytest.mark.parametrize("case", EXISTING)
def test_what_a_person_wrote_stays(case: str) -> None:
    """Byte for byte but for what the pipeline is about; once more changes nothing."""
    existing = EXISTING[case]
    result = configured(existing, DEPLOYED)
    kept = [line for line in existing.splitlines(keepends=True) if line.strip() and b"pipeline" not in line]
    lines = iter(result.splitlines(keepends=True))
    if case not in {"what a person changed", "no end of line", "a pipeline of nothing"}:
        assert all(line in lines for line in kept)
    assert _read(result).pipeline == DEPLOYED
    assert configured(result, DEPLOYED) == result


def test_a_new_file_says_what_each_part_is_for() -> None:
    """It opens with what it is, and holds a deployment that plans before it applies, as a release and merges need."""
    result = configured(None, DEPLOYED)
    assert result.startswith(b"# How Pilothouse works in this repository.")
    read = _read(result)
    assert read.merge.checks == ("ci-build", "tests-all", "integration-tests")
    assert [one.name for one in read.release.assets] == [
        "*-{version}-linux-x64.tar.gz",
        "*-{version}-linux-arm64.tar.gz",
    ]
    assert (read.release.checksums, read.release.provenance.required) == ("SHA256SUMS", False)
    staging, production = read.environments.values()
    assert {(one.workflow, one.plan.workflow if one.plan else "") for one in (staging, production)} == {
        ("deploy-prod.yml", "deploy-prod.yml")
    }
    assert (staging.approvals, staging.requires) == (None, ())
    assert staging.teardown is not None
    assert production.approvals is not None
    assert (production.approvals.count, production.requires, production.teardown) == (1, ("staging",), None)
    assert b"      count: 1\n" in result


def test_a_pipeline_that_changes_takes_its_consequences_along() -> None:
    """Checks, files of a release and environments follow as long as they are what the pipeline made of them."""
    text = configured(None, DEPLOYED)
    suites = {"e2e": SuiteConfig(run="make e2e")}
    release = replace(SMALL.release, targets=(Target.LINUX_X64,)) if SMALL.release else None
    less = _read(configured(text, replace(SMALL, suites={}, release=release)))
    assert less.merge.checks == ("ci-build", "tests-all")
    assert [one.name for one in less.release.assets] == ["*-{version}-linux-x64.tar.gz"]
    assert list(less.environments) == ["staging", "production"]
    again = configured(
        configured(text, replace(SMALL, suites={}, release=None)), replace(DEPLOYED, suites=suites)
    )
    more = _read(again)
    assert more.merge.checks == ("ci-build", "tests-all", "integration-tests")
    assert more.pipeline is not None
    assert more.pipeline.suites == suites


def test_what_a_person_decided_holds() -> None:
    """A check that was taken out, files that were named and an environment that was deleted do not come back."""
    text = configured(None, DEPLOYED).decode()
    text = text.replace("[ci-build, tests-all, integration-tests]", "[tests-all, integration-tests, mine]")
    text = text.replace("*-{version}-linux-x64", "{tag}-x64")
    start, end = text.index("  staging:"), text.index("  production:")
    text = (text[:start] + text[end:]).replace("    requires: [staging]\n", "")
    read = _read(configured(text.encode(), replace(DEPLOYED, suites={})))
    assert read.merge.checks == ("tests-all", "mine")
    assert read.release.assets[0].name == "{tag}-x64.tar.gz"
    assert list(read.environments) == ["production"]
    silent = _read(configured(b"pipeline: {projects: {a: {kind: go}}}\n", SMALL))
    assert silent.merge.checks is None


@pytest.mark.parametrize(
    ("existing", "expected"),
    [
        (b"merge: {methd: squash}\n", ":1:9: merge.methd: there is no such key; did you mean method?"),
        (b"merge: [\n", ":2:1: not valid YAML: "),
        (b"- a\n", ":1:1: the file must be a mapping"),
        (b"{version: 1}\n", ":1:1: it is written in braces as a whole"),
        (b"version: 1\n...\n", ":1:1: something in it leaves no place"),
        (
            b"pipeline:\n  projects:\n    a: &a {kind: go}\n    b: *a\n  suites: &s\n    x: {run: 'true'}\n",
            "",
        ),
        (
            b"environments:\n  a: {inputs: &i {note: x}}\nmerge: &m {label: x}\nrelease: {workflow: null}\n",
            "",
        ),
    ],
)
def test_a_file_into_which_nothing_can_be_put_is_told(existing: bytes, expected: str) -> None:
    """With its place and what to do, and nothing is written; what can be put in beside anchors is."""
    if not expected:
        assert _read(configured(existing, SMALL)).pipeline == SMALL
        return
    with pytest.raises(RefusedConfigurationError) as caught:
        configured(existing, SMALL)
    assert str(caught.value).startswith(f".github/pilothouse.yml{expected}")
    assert caught.value.mistakes[0].message


def test_a_policy_that_would_be_too_long_is_refused() -> None:
    """A file of more than 64 KB would not be read afterwards."""
    suites = {f"s{number}": SuiteConfig(run="x" * 3000) for number in range(30)}
    with pytest.raises(RefusedConfigurationError, match="at most 65536 are read"):
        configured(None, replace(SMALL, suites=suites))


def test_what_is_written_once_for_two_is_not_changed_for_one() -> None:
    """An anchor stands for both: the one would take the other along without a word."""
    text = b"pipeline:\n  projects:\n    a: &a\n      kind: go\n    b: *a\n"
    both = _read(text).pipeline
    assert both is not None
    one = {"a": replace(both.projects["a"], folder="x"), "b": both.projects["b"]}
    with pytest.raises(RefusedConfigurationError, match="an anchor, a merged key"):
        configured(text, replace(both, projects=one))
