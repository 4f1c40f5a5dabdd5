from __future__ import annotations

import json
from datetime import timedelta

import jsonschema_rs
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.config.policy import parse_duration
from bot.config.repository import (
    ConfigurationErrors,
    RepositoryConfig,
    configuration_from_yaml,
    json_schema,
)

GOOD = b"""\
version: 1
environments:
  staging:
    workflow: deploy.yml
    inputs: {region: eu-west-1}
    parameters: [size]
    time_limit: 30m
  production:
    checks: [build, test]
    allow_forks: false
diagnosis:
  ignore_workflows: [nightly.yml]
"""


def mistakes(text: bytes) -> list[str]:
    result = configuration_from_yaml(text)
    assert isinstance(result, ConfigurationErrors)
    return [f"{mistake.line}:{mistake.column} {mistake.message}" for mistake in result.mistakes]


def test_a_whole_file_is_read() -> None:
    config = configuration_from_yaml(GOOD)
    assert isinstance(config, RepositoryConfig)
    assert config.environments["staging"].inputs == {"region": "eu-west-1"}
    assert config.environments["staging"].limit == timedelta(minutes=30)
    assert config.environments["production"].checks == ("build", "test")
    assert config.environments["production"].workflow == "deploy.yml"
    assert config.diagnosis.ignore_workflows == ("nightly.yml",)


@pytest.mark.parametrize("text", [b"", b"# nothing yet\n", b"---\n"])
def test_an_empty_file_is_the_default(text: bytes) -> None:
    assert configuration_from_yaml(text) == RepositoryConfig()


def test_every_mistake_is_found_with_its_place() -> None:
    text = b"""\
environments:
  staging:
    workflow: ../evil
    inputs: {a: 1}
    parameters:
      - fine
      - 3
  production: {tme_limit: 3h}
diagnosis:
  comment: maybe
foo: 1
"""
    assert mistakes(text) == [
        "3:5 environments.staging.workflow: it takes the name of a workflow file, such as deploy.yml",
        "4:14 environments.staging.inputs.a: Expected `str`, got `int`",
        "7:9 environments.staging.parameters[1]: Expected `str`, got `int`",
        "8:16 environments.production.tme_limit: there is no such key; did you mean time_limit?",
        "10:3 diagnosis.comment: Expected `bool`, got `str`",
        "11:1 foo: there is no such key",
    ]


@pytest.mark.parametrize(
    ("text", "part"),
    [
        (b"a: [1", "not valid YAML"),
        (b"a: 1\na: 2", 'duplicate key "a"'),
        (b"- 1", "must be a mapping"),
        (b"\xff\xfe\x00", "not UTF-8"),
        (b"x" * 300_000, "at most"),
        (b"environments:\n  staging:\n    time_limit: soon", "10m, 6h or 2d"),
        (b"environments: 3", "environments: Expected `object`"),
        (b"version: 2", "version: Expected `int` <= 1"),
        (b"1: 2", "no such key"),
        (b"a: !!python/object:os.system x", ""),
        (b"environments: {x: " + b"[" * 5000, "not valid YAML"),
    ],
)
def test_bad_files_are_explained(text: bytes, part: str) -> None:
    assert any(part in mistake for mistake in mistakes(text))


@example(b"-_")
@given(st.binary(max_size=200) | st.text(alphabet=":[]{}-\n a1'\"&*!#|>", max_size=80).map(str.encode))
def test_no_text_breaks_the_reader(text: bytes) -> None:
    """Whatever is written, the answer is a configuration or mistakes."""
    assert isinstance(configuration_from_yaml(text), RepositoryConfig | ConfigurationErrors)


def test_the_schema_accepts_what_the_reader_accepts() -> None:
    validator = jsonschema_rs.validator_for(json.dumps(json_schema()))
    assert validator.is_valid({"environments": {"staging": {"time_limit": "6h"}}})
    assert not validator.is_valid({"environments": {"staging": {"time_limit": "soon"}}})
    assert not validator.is_valid({"enviroments": {}})


@pytest.mark.parametrize("text", ["", "6", "h", "6 h", "0.5h", "6hh"])
def test_a_length_of_time_has_one_form(text: str) -> None:
    with pytest.raises(ValueError, match="no length of time"):
        parse_duration(text)
    assert parse_duration("2d") == timedelta(days=2)


SHARED = b"""\
environments:
  staging: &base
    lease: 20m
    canary: &steps
      steps: [50]
  production:
    <<: *base
    reviews: 2
    canary: {<<: [*steps], promote: later}
"""


def test_what_is_shared_by_an_alias_is_told_where_it_is_written() -> None:
    assert mistakes(SHARED) == [
        "5:15 environments.staging.canary.steps[0]: the last step is 100",
        "9:28 environments.production.canary.promote: Invalid enum value 'later'",
    ]
    config = configuration_from_yaml(SHARED.replace(b"[50]", b"[50, 100]").replace(b"later", b"manual"))
    assert isinstance(config, RepositoryConfig)
    production = config.environments["production"]
    assert (production.lease, production.reviews) == ("20m", 2)
    assert production.canary is not None
    assert production.canary.steps == (50, 100)


def test_a_mistake_that_is_merged_in_is_told_where_it_is_written() -> None:
    text = b"environments:\n  a: &a {reviewz: 1}\n  b: {<<: [*a], lease: 1m}\n  c: {<<: *a}\n"
    assert mistakes(text) == [
        "2:10 environments.a.reviewz: there is no such key; did you mean reviews?",
        "2:10 environments.b.reviewz: there is no such key; did you mean reviews?",
        "2:10 environments.c.reviewz: there is no such key; did you mean reviews?",
        "3:17 environments.b.lease: it takes 5m or more: a sign of life comes every two minutes",
    ]


LAUGHS = b"a: &a [x, x, x, x, x, x, x, x, x]\n" + b"".join(
    b"%c: &%c [%s]\n" % (name + 1, name + 1, b", ".join([b"*%c" % name] * 9)) for name in range(97, 107)
)


@pytest.mark.parametrize(
    "text",
    [
        LAUGHS,
        LAUGHS + b"environments: {staging: {checks: *k}}",
        LAUGHS + b"environments: {? *k : {}}",
        LAUGHS + b"environments: {staging: {lease: {? *k : {}}}}",
        b"environments: &e {a: {requires: &r [x, *r]}}",
        LAUGHS + b"environments: {<<: *k}",
        b"a: &a {x: 1}\n"
        + b"".join(
            b"%c: &%c {<<: [%s]}\n" % (name + 1, name + 1, b", ".join([b"*%c" % name] * 9))
            for name in range(97, 107)
        ),
        b"x: " + b"[" * 60 + b"]" * 60,
        b"environments: {? [a, b] : {}}",
        b"version: " + b"9" * 5000,
    ],
)
def test_a_file_that_is_endless_with_its_aliases_is_not_looked_at(text: bytes) -> None:
    """A pull request may propose any file, and it is read before anyone has looked at it."""
    (mistake,) = mistakes(text)
    assert "not valid YAML: " in mistake


@pytest.mark.parametrize("name", ["1", "1.5", "true", "null", "~"])
def test_a_name_is_text(name: str) -> None:
    """YAML takes these for something else."""
    (mistake,) = mistakes(f"environments:\n  {name}: {{}}".encode())
    assert mistake.startswith("2:3 environments[")
    assert mistake.endswith("]: a name is text; put it into quotes")
    assert isinstance(configuration_from_yaml(f"environments:\n  '{name}': {{}}".encode()), RepositoryConfig)
