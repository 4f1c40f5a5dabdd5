"""Operations on check runs and check suites."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from bot.localhub.bodies import ci
from bot.localhub.bodies.repositories import html_url
from bot.localhub.exchange import Answer, Listing, Refused, invalid, not_found
from bot.localhub.state import checks, git

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.localhub.exchange import Body, Call, Handlers
    from bot.localhub.state.reports import CheckRun, CheckSuite

LONGEST_OUTPUT = 65_535  # characters of summary and of text
MOST_ANNOTATIONS = 50  # of one request; further ones are appended
MOST_ACTIONS = 3
ACTION_LIMITS = {"label": 20, "description": 40, "identifier": 20}
STATUSES = ("queued", "in_progress", "completed")
CONCLUSIONS = frozenset(
    {"action_required", "cancelled", "failure", "neutral", "success", "skipped", "stale", "timed_out"}
)


def create(call: Call) -> Answer:
    """This function will create a check run."""
    name, sha = call.need("name"), call.need("head_sha")
    _validate(call)
    if sha not in call.store.commits:
        raise Refused(422, f"No commit found for SHA: {sha}")
    suite = checks.suite_for(call.store, call.repository, call.world.app, sha)
    run = checks.add_run(
        call.store,
        call.repository,
        suite,
        name=name,
        external_id=call.get("external_id", str, ""),
        details_url=call.get("details_url", str),
    )
    checks.tell_run(call.store, call.repository, run, "created")
    _apply(call, run)
    return Answer(status=201, body=ci.check_run(call.store, call.repository, run))


def update(call: Call) -> Answer:
    """This function will update a check run of the App's own."""
    run = _run(call)
    if run.app is not call.world.app:
        raise Refused(403, f"Invalid app_id `{run.app.id}` - check run can only be modified by its creator.")
    _validate(call)
    run.name = call.get("name", str, run.name)
    run.external_id = call.get("external_id", str, run.external_id)
    run.details_url = call.get("details_url", str, run.details_url)
    _apply(call, run)
    return Answer(body=ci.check_run(call.store, call.repository, run))


def _validate(call: Call) -> None:
    output: Body = call.get("output", dict, {})
    for part in ("summary", "text"):
        if len(output.get(part) or "") > LONGEST_OUTPUT:
            message = f"Only {LONGEST_OUTPUT} characters are allowed; {len(output[part])} were supplied."
            raise invalid("CheckRun", part, "too_long", message)
    if output and not {"title", "summary"} <= output.keys():
        raise Refused(422, 'Invalid request.\n\n"title", "summary" weren\'t supplied.')
    if len(output.get("annotations", ())) > MOST_ANNOTATIONS:
        raise Refused(422, f"Invalid request.\n\nNo more than {MOST_ANNOTATIONS} annotations are allowed.")
    _validate_actions(call.get("actions", list, []))
    _validate_state(call)


def _validate_actions(actions: list[Body]) -> None:
    if len(actions) > MOST_ACTIONS:
        raise Refused(422, f"Invalid request.\n\nNo more than {MOST_ACTIONS} items are allowed.")
    for action in actions:
        for field, most in ACTION_LIMITS.items():
            if not 0 < len(action.get(field, "")) <= most:
                raise Refused(422, f"Invalid request.\n\n{field} must have 1 to {most} characters.")


def _validate_state(call: Call) -> None:
    status, conclusion = call.get("status", str), call.get("conclusion", str)
    if status not in {None, *STATUSES}:
        raise invalid("CheckRun", "status", "invalid")
    if conclusion is not None and conclusion not in CONCLUSIONS:
        raise invalid("CheckRun", "conclusion", "invalid")
    if status == "completed" and conclusion is None:
        raise Refused(422, 'Invalid request.\n\n"conclusion" wasn\'t supplied.')


def _apply(call: Call, run: CheckRun) -> None:
    output: Body = call.get("output", dict, {})
    if output:
        run.title, run.summary = output["title"], output["summary"]
        run.text = output.get("text", run.text)
        run.annotations.extend(output.get("annotations", ()))
    run.actions = call.get("actions", list, run.actions)
    run.started_at = _time(call, "started_at") or run.started_at
    conclusion = call.get("conclusion", str)
    status = call.get("status", str, "completed" if conclusion else run.status)
    run.completed_at = _time(call, "completed_at") or run.completed_at
    kept = conclusion or (run.conclusion if status == run.status else None)
    checks.settle(call.store, call.repository, run, status=status, conclusion=kept)


def _time(call: Call, name: str) -> datetime | None:
    text = call.get(name, str)
    try:
        return None if text is None else datetime.fromisoformat(text)
    except ValueError as wrong:
        raise Refused(422, f"Invalid request.\n\n{text!r} is not a date-time.") from wrong


def _run(call: Call) -> CheckRun:
    found = call.repository.check_runs.get(call.number("check_run_id"))
    if found is None:
        raise not_found()
    return found


def get(call: Call) -> Answer:
    """This function will show a check run."""
    return Answer(body=ci.check_run(call.store, call.repository, _run(call)))


def list_annotations(call: Call) -> Listing:
    """This function will list a check run's annotations."""
    run = _run(call)
    page = html_url(call.store, call.repository)
    empty: Body = dict.fromkeys(("start_column", "end_column", "title", "raw_details"))

    def shown(one: dict[str, Any]) -> Body:
        return {**empty, **one, "blob_href": f"{page}/blob/{run.head_sha}/{one['path']}"}

    return Listing(items=run.annotations, render=shown)


def _listing(call: Call, found: Iterable[CheckRun]) -> Listing:
    name, status, app = (call.query.get(key) for key in ("check_name", "status", "app_id"))
    chosen = [
        run
        for run in found
        if name in {None, run.name} and status in {None, run.status} and app in {None, str(run.app.id)}
    ]
    if call.query.get("filter", "latest") == "latest":
        chosen = list({(run.suite.id, run.name): run for run in chosen}.values())
    chosen.sort(key=lambda run: run.id, reverse=True)
    return Listing(
        items=chosen, render=lambda run: ci.check_run(call.store, call.repository, run), key="check_runs"
    )


def list_for_ref(call: Call) -> Listing:
    """This function will list the check runs of a commit, the newest of each name and suite."""
    sha = git.resolve(call.store, call.repository, call.path["ref"]).sha
    return _listing(call, call.repository.checks_by_sha.get(sha, ()))


def _suite(call: Call) -> CheckSuite:
    found = call.repository.check_suites.get(call.number("check_suite_id"))
    if found is None:
        raise not_found()
    return found


def list_for_suite(call: Call) -> Listing:
    """This function will list the check runs of a suite."""
    return _listing(call, _suite(call).runs)


def list_suites(call: Call) -> Listing:
    """This function will list the check suites of a commit."""
    sha = git.resolve(call.store, call.repository, call.path["ref"]).sha
    app = call.query.get("app_id")
    found = [
        suite for suite in call.repository.suites_by_sha.get(sha, ()) if app in {None, str(suite.app.id)}
    ]
    return Listing(
        items=found, render=lambda one: ci.check_suite(call.store, call.repository, one), key="check_suites"
    )


def get_suite(call: Call) -> Answer:
    """This function will show a check suite."""
    return Answer(body=ci.check_suite(call.store, call.repository, _suite(call)))


def create_suite(call: Call) -> Answer:
    """This function will open the App's check suite on a commit, or show the one there is."""
    sha = call.need("head_sha")
    if sha not in call.store.commits:
        raise Refused(422, f"No commit found for SHA: {sha}")
    known = {one.app.id for one in call.repository.suites_by_sha.get(sha, ())}
    status = 200 if call.world.app.id in known else 201
    suite = checks.suite_for(call.store, call.repository, call.world.app, sha)
    return Answer(status=status, body=ci.check_suite(call.store, call.repository, suite))


def rerequest(call: Call) -> Answer:
    """This function will ask for a check run again."""
    checks.rerequest_run(call.store, call.repository, _run(call), user=call.actor)
    return Answer(status=201, body={})


def rerequest_suite(call: Call) -> Answer:
    """This function will ask for a check suite again."""
    checks.rerequest_suite(call.store, call.repository, _suite(call), user=call.actor)
    return Answer(status=201, body={})


HANDLERS: Handlers = {
    "checks/create": create,
    "checks/create-suite": create_suite,
    "checks/get": get,
    "checks/get-suite": get_suite,
    "checks/list-annotations": list_annotations,
    "checks/list-for-ref": list_for_ref,
    "checks/list-for-suite": list_for_suite,
    "checks/list-suites-for-ref": list_suites,
    "checks/rerequest-run": rerequest,
    "checks/rerequest-suite": rerequest_suite,
    "checks/update": update,
}
