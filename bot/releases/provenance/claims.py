"""Decides whether a build of which a certificate tells is the one that is expected."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.markdown import code

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.releases.provenance.model import Build

# https://github.com/sigstore/fulcio/blob/main/docs/oid-info.md
ISSUER = "1.3.6.1.4.1.57264.1.8"
REPOSITORY = "1.3.6.1.4.1.57264.1.12"
COMMIT = "1.3.6.1.4.1.57264.1.13"
REPOSITORY_ID = "1.3.6.1.4.1.57264.1.15"
WORKFLOW = "1.3.6.1.4.1.57264.1.18"
RUN = "1.3.6.1.4.1.57264.1.21"
CLAIMS = (ISSUER, REPOSITORY, COMMIT, REPOSITORY_ID, WORKFLOW, RUN)
# https://docs.github.com/en/actions/reference/security/oidc
_GITHUB_ACTIONS = "https://token.actions.githubusercontent.com"


def other_build(claims: Mapping[str, str], build: Build) -> str:
    """This function will say how a certificate tells of another build, as safe Markdown, or "" where it does not.

    Args:
        claims: What it tells, by the numbers that these claims have in certificates.
        build: The one that is expected.
    """
    workflow = f"{build.web_url}/.github/workflows/{build.workflow}"
    expected = (
        (ISSUER, "was signed for", (_GITHUB_ACTIONS,)),
        (REPOSITORY, "is of the repository", (build.web_url,)),
        (REPOSITORY_ID, "is of the repository with the number", (str(build.repository_id),)),
        (COMMIT, "is of the commit", (build.sha,)),
        (WORKFLOW, "is of the workflow", tuple(f"{workflow}@{ref}" for ref in build.refs)),
    )
    for claim, words, allowed in expected:
        told = claims.get(claim, "")
        if told not in allowed:
            wanted = " or ".join(code(one) for one in allowed)
            return f"it {words} {code(told) or 'that it does not name'}, not {wanted}"
    return ""
