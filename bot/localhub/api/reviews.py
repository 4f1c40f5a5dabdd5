"""Operations on reviews and on who is asked for one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.localhub.api.comments import check_length
from bot.localhub.api.pulls import pull_of
from bot.localhub.bodies import issues as issue_bodies
from bot.localhub.bodies import reviews as bodies
from bot.localhub.bodies.accounts import team as team_body
from bot.localhub.bodies.accounts import user as user_body
from bot.localhub.exchange import Answer, Listing, Refused, not_found
from bot.localhub.state import reviews
from bot.localhub.state.nouns import User

if TYPE_CHECKING:
    from bot.localhub.exchange import Call, Handlers
    from bot.localhub.state.nouns import Pull, Review, Team

MOST_REVIEWERS = 15  # https://docs.github.com/en/pull-requests


def _shown(call: Call, pull: Pull, review: Review) -> Answer:
    return Answer(body=bodies.review(call.store, call.repository, pull, review))


def list_reviews(call: Call) -> Listing:
    """This function will list a pull request's reviews, oldest first."""
    pull = pull_of(call)
    return Listing(
        items=pull.reviews, render=lambda one: bodies.review(call.store, call.repository, pull, one)
    )


def _review(call: Call, pull: Pull) -> Review:
    number = call.number("review_id")
    for one in pull.reviews:
        if one.id == number:
            return one
    raise not_found()


def get(call: Call) -> Answer:
    """This function will show a review."""
    pull = pull_of(call)
    return _shown(call, pull, _review(call, pull))


def create(call: Call) -> Answer:
    """This function will review a pull request; nobody reviews an own one but with a comment."""
    pull, event = pull_of(call), call.need("event")
    body = call.get("body", str, "")
    check_length(body, "PullRequestReview")
    if event not in reviews.STATES:
        raise Refused(422, "Unprocessable Entity", errors=[{"message": f"{event} is no event of a review"}])
    if event != "COMMENT" and call.actor is pull.issue.author:
        verb = "approve" if event == "APPROVE" else "request changes on"
        raise Refused(422, f"Unprocessable Entity: Can not {verb} your own pull request")
    if event != "APPROVE" and not body:
        raise Refused(422, "Unprocessable Entity: body can't be blank")
    made = reviews.submit(
        call.store,
        call.repository,
        pull,
        author=call.actor,
        state=reviews.STATES[event],
        body=body,
        sha=call.get("commit_id", str),
    )
    return _shown(call, pull, made)


def dismiss(call: Call) -> Answer:
    """This function will dismiss a review that approved or requested changes."""
    pull = pull_of(call)
    review, _ = _review(call, pull), call.need("message")
    if review.state not in {"approved", "changes_requested"}:
        raise Refused(422, f"Can not dismiss a {review.state} pull request review")
    reviews.dismiss(call.store, call.repository, pull, review, dismisser=call.actor)
    return _shown(call, pull, review)


def list_requested(call: Call) -> Answer:
    """This function will list who is asked for a review and has not given one yet."""
    pull = pull_of(call)
    users = [user_body(call.store, one) for one in pull.reviewers]
    return Answer(body={"users": users, "teams": [team_body(call.store, one) for one in pull.team_reviewers]})


def _named(call: Call) -> list[User | Team]:
    names, slugs = call.get("reviewers", list, []), call.get("team_reviewers", list, [])
    teams = call.repository.owner.teams
    unknown = [name for name in names if str(name).lower() not in call.store.users]
    unknown += [slug for slug in slugs if slug not in teams]
    if unknown:
        raise Refused(422, f"Reviews may only be requested from collaborators: {', '.join(unknown)}")
    return [*(call.store.users[str(name).lower()] for name in names), *(teams[slug] for slug in slugs)]


def request(call: Call) -> Answer:
    """This function will ask collaborators and teams for a review."""
    pull, wanted = pull_of(call), _named(call)
    if pull.issue.author in wanted:
        raise Refused(422, "Review cannot be requested from pull request author.")
    people = [one for one in wanted if isinstance(one, User)]
    if any(call.repository.role_of(one) == "none" for one in people):
        raise Refused(
            422,
            "Reviews may only be requested from collaborators. "
            "One or more of the users or teams you specified is not a collaborator of this repository.",
        )
    if len({one.id for one in (*pull.reviewers, *people)}) > MOST_REVIEWERS:
        raise Refused(422, f"A pull request can have at most {MOST_REVIEWERS} requested reviewers.")
    reviews.request(call.store, call.repository, pull, wanted, sender=call.actor)
    return Answer(status=201, body=issue_bodies.pull_summary(call.store, call.repository, pull))


HANDLERS: Handlers = {
    "pulls/create-review": create,
    "pulls/dismiss-review": dismiss,
    "pulls/get-review": get,
    "pulls/list-requested-reviewers": list_requested,
    "pulls/list-reviews": list_reviews,
    "pulls/request-reviewers": request,
}
