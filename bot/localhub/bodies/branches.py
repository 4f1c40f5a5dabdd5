"""The bodies of branches, their classic protection and the rules that hold for them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.localhub.bodies import commits, repositories
from bot.localhub.state.merging import rules

if TYPE_CHECKING:
    from bot.localhub.bodies.accounts import Body
    from bot.localhub.state.nouns import Repository
    from bot.localhub.state.protections import Protection, Rule, Ruleset
    from bot.localhub.state.store import Store


def is_protected(repository: Repository, branch: str) -> bool:
    """This function will say whether classic protection or a ruleset holds for a branch."""
    return bool(rules.protection_of(repository, branch) or rules.types_of(repository, f"heads/{branch}"))


def short(store: Store, repository: Repository, name: str) -> Body:
    """This function will give a branch as listings do."""
    sha = repository.branches[name]
    url = f"{repositories.api_url(store, repository)}/commits/{sha}"
    return {"name": name, "commit": {"sha": sha, "url": url}, "protected": is_protected(repository, name)}


def branch(store: Store, repository: Repository, name: str) -> Body:
    """This function will give a branch with its tip and what everyone may know of its protection."""
    home = f"{repositories.api_url(store, repository)}/branches/{name}"
    page = f"{repositories.html_url(store, repository)}/tree/{name}"
    found = rules.protection_of(repository, name)
    checks = found.checks if found is not None and found.checks is not None else ()
    return {
        "name": name,
        "commit": commits.commit(store, repository, store.commits[repository.branches[name]]),
        "_links": {"self": home, "html": page},
        "protected": is_protected(repository, name),
        "protection": {
            "enabled": found is not None,
            "required_status_checks": {
                "enforcement_level": _level(found),
                "contexts": [one.context for one in checks],
                "checks": [{"context": one.context, "app_id": one.app_id} for one in checks],
            },
        },
        "protection_url": f"{home}/protection",
    }


def _level(found: Protection | None) -> str:
    if found is None or found.checks is None:
        return "off"
    return "everyone" if found.enforce_admins else "non_admins"


def protection(store: Store, repository: Repository, name: str, found: Protection) -> Body:
    """This function will give the classic protection of a branch as administrators see it."""
    url = f"{repositories.api_url(store, repository)}/branches/{name}/protection"
    body: Body = {
        "url": url,
        "enforce_admins": {"url": f"{url}/enforce_admins", "enabled": found.enforce_admins},
        "required_linear_history": {"enabled": found.linear},
        "allow_force_pushes": {"enabled": found.allow_force_pushes},
        "allow_deletions": {"enabled": found.allow_deletions},
        "required_conversation_resolution": {"enabled": found.conversations},
        "required_signatures": {"url": f"{url}/required_signatures", "enabled": False},
    }
    if found.checks is not None:
        body["required_status_checks"] = {
            "url": f"{url}/required_status_checks",
            "contexts_url": f"{url}/required_status_checks/contexts",
            "strict": found.strict,
            "contexts": [one.context for one in found.checks],
            "checks": [{"context": one.context, "app_id": one.app_id} for one in found.checks],
        }
    if found.reviews is not None:
        body["required_pull_request_reviews"] = {
            "url": f"{url}/required_pull_request_reviews",
            "required_approving_review_count": found.reviews.count,
            "dismiss_stale_reviews": found.reviews.dismiss_stale,
            "require_code_owner_reviews": found.reviews.code_owners,
            "require_last_push_approval": found.reviews.last_push,
        }
    return body


def rule(repository: Repository, ruleset: Ruleset, which: Rule) -> Body:
    """This function will give a rule with the ruleset it comes from."""
    return {
        "type": which.type,
        "ruleset_source_type": "Repository",
        "ruleset_source": repository.full_name,
        "ruleset_id": ruleset.id,
        **({"parameters": which.parameters} if which.parameters else {}),
    }
