"""Judges who may take the roles of the workflows: jobs of this repository, each where it belongs, and nobody else."""

from __future__ import annotations

from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

from bot.doctor.model import Eyes
from bot.doctor.wording import bad, command, good, listed, seen_by

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from bot.doctor.model import Finding
    from bot.github.repository_settings import SubjectShape

PROVIDER = "token.actions.githubusercontent.com"
_SUBJECT = f"{PROVIDER}:sub"
_AUDIENCE = f"{PROVIDER}:aud"
_ACTION = "sts:assumerolewithwebidentity"
_FULL_SUBJECT = ["repo", "context"]  # which is GitHub's own form, said in words
_REFS = ("ref:refs/heads/", "ref:refs/tags/")  # a role that plans is for every branch: it only reads
_APPLY = "Apply bootstrap/ again: terraform -chdir=bootstrap apply"


def judge_subject(repository: str, shape: SubjectShape) -> Finding:
    """This function will say whether jobs come under the subject that GitHub makes by itself."""
    subject = "subject of OIDC tokens"
    if shape.use_default or shape.include_claim_keys == _FULL_SUBJECT:
        return good(subject, "it is GitHub's own form, for which the trust of roles is written")
    words = (
        "gh",
        "api",
        "-X",
        "PUT",
        f"repos/{repository}/actions/oidc/customization/sub",
        "-F",
        "use_default=true",
    )
    return bad(
        subject,
        f"it is made of {listed(shape.include_claim_keys)}, so no role of bootstrap/ trusts it",
        f"Take GitHub's own form: {command(*words)}",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class TrustFacts:
    """A role, and who should be able to take it."""

    arn: str
    names: tuple[str, ...]  # how this repository's subjects begin: repo:OWNER/NAME
    environment: str  # whose jobs take it; empty for jobs without one
    policy: Mapping[str, Any] | None  # None where there is no such role


def judge_provider(*, is_there: bool, account: str) -> Finding:
    """This function will say whether AWS knows GitHub's tokens at all."""
    subject = f"identity provider of account {account}"
    if is_there:
        return good(subject, "AWS takes GitHub's tokens", eyes=Eyes.AWS)
    return bad(subject, "AWS does not know GitHub's tokens: no job can take a role", _APPLY, eyes=Eyes.AWS)


def judge_trust(facts: TrustFacts) -> tuple[Finding, ...]:
    """This function will say whether the right jobs can take a role, and only those."""
    subject = f"role {facts.arn}"
    if facts.policy is None:
        return seen_by(Eyes.AWS, bad(subject, "there is no such role", _APPLY))
    statements = list(_federated(facts.policy))
    if not statements:
        return seen_by(Eyes.AWS, bad(subject, "it trusts no job of GitHub Actions", _APPLY))
    found = tuple(finding for one in statements for finding in _statement(facts, subject, one))
    if not any(_lets_in(facts, one) for one in statements):
        found = (*found, bad(subject, f"{_whose(facts)} cannot take it: its trust names others", _APPLY))
    return seen_by(Eyes.AWS, *(found or (good(subject, f"only {_whose(facts)} can take it"),)))


def _whose(facts: TrustFacts) -> str:
    return f"jobs of environment {facts.environment}" if facts.environment else "jobs of this repository"


def _federated(policy: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for one in _list(policy.get("Statement")):
        principal = one.get("Principal") or {}
        federated = _list(principal.get("Federated")) if isinstance(principal, dict) else []
        actions = {str(action).lower() for action in _list(one.get("Action"))}
        is_github = any(str(each).endswith(PROVIDER) for each in federated)
        if one.get("Effect") == "Allow" and is_github and actions & {_ACTION, "sts:*", "*"}:
            yield one


def _statement(facts: TrustFacts, subject: str, statement: Mapping[str, Any]) -> Iterator[Finding]:
    subjects = _allowed(statement, _SUBJECT)
    if not subjects:
        yield bad(subject, "its trust asks for no subject: every repository on GitHub can take it", _APPLY)
        return
    foreign = sorted(one for one in subjects if _inside(facts, one) is None)
    if foreign:
        yield bad(subject, f"others than this repository can take it: {listed(foreign)}", _APPLY)
    wide = sorted(
        one for one in subjects if (inside := _inside(facts, one)) is not None and _is_wide(facts, inside)
    )
    if wide:
        yield bad(subject, f"more jobs than need it can take it: {listed(wide)}", _APPLY)
    if not _allowed(statement, _AUDIENCE):
        yield bad(
            subject, "its trust asks for no audience: a token made for another service would do", _APPLY
        )


def _is_wide(facts: TrustFacts, inside: str) -> bool:
    """Whether a subject, without the repository, lets in more than one environment, or more than branches and tags."""
    if facts.environment:
        return inside != f"environment:{facts.environment}"
    return ("*" in inside or "?" in inside or inside == "pull_request") and not inside.startswith(_REFS)


def _lets_in(facts: TrustFacts, statement: Mapping[str, Any]) -> bool:
    inside = [_inside(facts, one) for one in _allowed(statement, _SUBJECT)]
    if not inside:
        return True  # everybody, which is told already
    if not facts.environment:
        return any(one is not None for one in inside)
    return any(one is not None and fnmatchcase(f"environment:{facts.environment}", one) for one in inside)


def _inside(facts: TrustFacts, subject: str) -> str | None:
    """What a subject says beyond the repository; None where it is not this one's."""
    return next(
        (subject[len(name) + 1 :] for name in facts.names if subject.lower().startswith(f"{name.lower()}:")),
        None,
    )


def _allowed(statement: Mapping[str, Any], key: str) -> set[str]:
    """The values that the conditions let through for a key; keys of conditions ignore case."""
    return {
        str(value)
        for operator, block in (statement.get("Condition") or {}).items()
        if operator.rpartition(":")[2].lower().startswith(("stringequals", "stringlike"))
        for name, values in block.items()
        if name.lower() == key
        for value in _list(values)
    }


def _list(value: Any) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]
