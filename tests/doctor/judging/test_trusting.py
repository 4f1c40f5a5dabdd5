"""Who can take a role, by its trust."""

from __future__ import annotations

from typing import Any

import pytest

from bot.doctor.judging.trusting import TrustFacts, judge_provider, judge_subject, judge_trust
from bot.doctor.model import Eyes, Grade
from bot.github.repository_settings import SubjectShape

HOST = "token.actions.githubusercontent.com"
NAMES = ("repo:acme/breakwater", "repo:acme@12/breakwater@34")
PRODUCTION = "repo:acme/breakwater:environment:production"
AUDIENCE = {f"{HOST}:aud": "sts.amazonaws.com"}


def policy(condition: dict[str, Any], **change: Any) -> dict[str, Any]:
    statement = {
        "Effect": "Allow",
        "Principal": {"Federated": f"arn:aws:iam::123456789012:oidc-provider/{HOST}"},
        "Action": "sts:AssumeRoleWithWebIdentity",
        "Condition": condition,
    }
    return {"Statement": [statement | change]}


def subjects(*allowed: str, like: bool = False) -> dict[str, Any]:
    block = {f"{HOST}:sub": list(allowed) if len(allowed) > 1 else allowed[0]}
    if like:
        return {"StringEquals": AUDIENCE, "StringLike": block}
    return {"StringEquals": AUDIENCE | block}


def judged(document: dict[str, Any] | None, environment: str = "production") -> list[tuple[Grade, str]]:
    facts = TrustFacts(
        arn="arn:aws:iam::123456789012:role/apply", names=NAMES, environment=environment, policy=document
    )
    found = judge_trust(facts)
    assert {one.eyes for one in found} == {Eyes.AWS}
    return [(one.grade, one.text) for one in found]


@pytest.mark.parametrize(
    ("condition", "environment"),
    [
        (subjects(PRODUCTION), "production"),
        # since 2026 GitHub says numbers beside the names of new repositories: bootstrap/ trusts both forms
        # https://github.blog/changelog/2026-04-23-immutable-subject-claims-for-github-actions-oidc-tokens/
        (subjects(PRODUCTION, "repo:acme@12/breakwater@34:environment:production"), "production"),
        (subjects("repo:Acme/Breakwater:environment:production"), "production"),
        (subjects("repo:acme/breakwater:ref:refs/heads/main"), ""),
        # a plan is made at the pull request's branch, by a role that only reads
        (subjects("repo:acme/breakwater:ref:refs/heads/*", like=True), ""),
        (subjects("repo:acme/breakwater:ref:refs/tags/v*", like=True), ""),
        (
            {"ForAnyValue:StringEquals": {HOST.upper() + ":SUB": [PRODUCTION]}, "StringEquals": AUDIENCE},
            "production",
        ),
    ],
)
def test_a_role_that_only_its_own_jobs_can_take_is_good(condition: dict[str, Any], environment: str) -> None:
    assert [grade for grade, _ in judged(policy(condition), environment)] == [Grade.GOOD]


@pytest.mark.parametrize(
    ("condition", "words"),
    [
        # two blocks of the same name, of which JSON keeps the last: the subject was never asked for
        # https://github.com/alphagov/govuk-infrastructure/pull/879
        ({"StringEquals": AUDIENCE}, ["every repository on GitHub"]),
        (subjects(PRODUCTION, "repo:mallory/x:environment:production"), ["others than this repository"]),
        (subjects("repo:acme/*:environment:production", like=True), ["others than", "cannot take it"]),
        # https://github.com/chanzuckerberg/cztack/pull/908
        (subjects("repo:acme/breakwater:*", like=True), ["more jobs than need it"]),
        (subjects(PRODUCTION, "repo:acme/breakwater:pull_request"), ["more jobs than need it"]),
        (subjects("repo:acme/breakwater:environment:staging"), ["more jobs", "cannot take it"]),
        # https://github.com/unfunco/terraform-aws-oidc-github/issues/21
        ({"StringEquals": {f"{HOST}:sub": PRODUCTION}}, ["no audience"]),
    ],
)
def test_a_role_that_others_can_take_is_bad(condition: dict[str, Any], words: list[str]) -> None:
    found = judged(policy(condition))

    assert [grade for grade, _ in found] == [Grade.BAD] * len(words)
    assert all(word in text for word, (_, text) in zip(words, found, strict=True))


@pytest.mark.parametrize("subject", ["repo:acme/breakwater:pull_request", "repo:acme/breakwater:ref:*"])
def test_a_role_of_the_repository_is_not_for_whatever_runs_there(subject: str) -> None:
    assert [grade for grade, _ in judged(policy(subjects(subject, like=True)), "")] == [Grade.BAD]


def test_a_role_of_the_repository_that_names_another_one_is_of_no_use_to_it() -> None:
    found = judged(policy(subjects("repo:acme/other:ref:refs/heads/main")), "")

    assert [text.partition(":")[0] for _, text in found] == [
        "others than this repository can take it",
        "jobs of this repository cannot take it",
    ]


@pytest.mark.parametrize(
    ("document", "words"),
    [
        (None, "no such role"),
        ({}, "no job of GitHub Actions"),
        (policy(subjects(PRODUCTION), Effect="Deny"), "no job of GitHub Actions"),
        (policy(subjects(PRODUCTION), Principal="*"), "no job of GitHub Actions"),
        (
            policy(subjects(PRODUCTION), Principal={"Service": "ec2.amazonaws.com"}),
            "no job of GitHub Actions",
        ),
        (policy(subjects(PRODUCTION), Action="sts:TagSession"), "no job of GitHub Actions"),
    ],
)
def test_a_role_that_no_job_can_take_is_bad(document: dict[str, Any] | None, words: str) -> None:
    ((grade, text),) = judged(document)

    assert grade is Grade.BAD
    assert words in text


@pytest.mark.parametrize(("is_there", "grade"), [(True, Grade.GOOD), (False, Grade.BAD)])
def test_aws_has_to_know_githubs_tokens(*, is_there: bool, grade: Grade) -> None:
    assert judge_provider(is_there=is_there, account="123456789012").grade is grade


@pytest.mark.parametrize(
    ("shape", "grade"),
    [
        (SubjectShape(use_default=True), Grade.GOOD),
        (SubjectShape(use_default=True, use_immutable_subject=True), Grade.GOOD),
        (SubjectShape(use_default=False, include_claim_keys=["repo", "context"]), Grade.GOOD),
        (
            SubjectShape(use_default=False, include_claim_keys=["repository_id", "job_workflow_ref"]),
            Grade.BAD,
        ),
    ],
)
def test_a_subject_of_another_form_is_trusted_by_nobody(shape: SubjectShape, grade: Grade) -> None:
    assert judge_subject("acme/breakwater", shape).grade is grade
