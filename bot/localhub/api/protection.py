"""Operations on the protection of environments: its rules, what waits for them, their answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.localhub.api.deployments import environment_of
from bot.localhub.api.workflows import run_of
from bot.localhub.bodies import deployments as bodies
from bot.localhub.bodies.accounts import user
from bot.localhub.exchange import Answer, Listing, Refused, not_found
from bot.localhub.state import protection

if TYPE_CHECKING:
    from bot.localhub.exchange import Call, Handlers

LONGEST_COMMENT = 1024


def list_rules(call: Call) -> Listing:
    """This function will list the Apps that are asked about an environment."""
    return Listing(
        items=environment_of(call).rules,
        render=lambda one: bodies.protection_rule(call.store, one),
        key="custom_deployment_protection_rules",
    )


def get_rule(call: Call) -> Answer:
    """This function will show one of the rules."""
    number = call.number("protection_rule_id")
    for one in environment_of(call).rules:
        if one.id == number:
            return Answer(body=bodies.protection_rule(call.store, one))
    raise not_found()


def pending(call: Call) -> Answer:
    """This function will list the environments that a run waits at."""
    run = run_of(call)
    names = dict.fromkeys(job.environment for job in protection.waiting(run) if job.environment)
    found = [call.repository.environments[name.lower()] for name in names]
    return Answer(body=[bodies.pending_deployment(call.store, call.repository, one) for one in found])


def reviews(call: Call) -> Answer:
    """This function will list what was answered about a run."""
    shown = [
        {
            "environments": [bodies.named_environment(call.store, call.repository, one.environment)],
            "state": one.state,
            "user": user(call.store, one.user),
            "comment": one.comment,
        }
        for one in run_of(call).reviews
    ]
    return Answer(body=shown)


def answer(call: Call) -> Answer:
    """This function will take the App's report, or with a state its answer."""
    run, name = run_of(call), call.need("environment_name")
    state, comment = call.get("state", str), call.get("comment", str, "")
    if name.lower() not in call.repository.environments:
        raise not_found()
    if state not in {None, "approved", "rejected"} or (state is None and not comment):
        raise Refused(
            422, "Invalid request.\n\nstate is approved or rejected; without it there is a comment."
        )
    if len(comment) > LONGEST_COMMENT:
        raise Refused(422, f"comment is too long (maximum is {LONGEST_COMMENT} characters)")
    app = call.world.app
    try:
        if state is None:
            protection.report(call.store, run, name, app=app, comment=comment)
        else:
            approved = state == "approved"
            protection.answer(call.store, run, name, app=app, approved=approved, comment=comment)
    except protection.NotWaiting as refused:
        raise Refused(422, str(refused)) from refused
    return Answer(status=204)


HANDLERS: Handlers = {
    "actions/get-pending-deployments-for-run": pending,
    "actions/get-reviews-for-run": reviews,
    "actions/review-custom-gates-for-run": answer,
    "repos/get-all-deployment-protection-rules": list_rules,
    "repos/get-custom-deployment-protection-rule": get_rule,
}
