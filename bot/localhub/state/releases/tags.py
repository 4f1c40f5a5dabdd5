"""What stands against making or deleting a tag: rulesets for tags, and names that an immutable release used up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.localhub.state.merging.rules import types_of

if TYPE_CHECKING:
    from bot.localhub.state.nouns import Repository, User

# the words: github.com/googleapis/release-please-action/issues/1194, github.com/chainguard-dev/edu/pull/3158
_CREATION = "Cannot create ref due to creations being restricted."
_DELETION = "Cannot delete this tag"


def against_creation(repository: Repository, name: str, who: User) -> str | None:
    """This function will say which rule keeps someone from making a tag, in GitHub's words, if one does."""
    if name in repository.burnt_tags or "creation" in types_of(repository, f"tags/{name}", who):
        return f"Repository rule violations found\n\n{_CREATION}\n\n"
    return None


def against_deletion(repository: Repository, name: str, who: User) -> str | None:
    """This function will say which rule keeps someone from deleting a tag, in GitHub's words, if one does."""
    is_kept = any(one.tag == name and one.immutable and not one.draft for one in repository.releases.values())
    if is_kept or "deletion" in types_of(repository, f"tags/{name}", who):
        return f"Repository rule violations found\n\n{_DELETION}\n\n"
    return None
