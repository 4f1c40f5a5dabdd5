"""The shapes of webhook deliveries, as little of them as the typed events need."""

from __future__ import annotations

import re

from msgspec import Struct, field

from bot.github import models, shapes, shapes_runs  # noqa: TC001 - msgspec reads the annotations at run time

# https://docs.github.com/en/actions/how-tos/deploy/configure-and-manage-deployments/create-custom-protection-rules
_CALLBACK = re.compile(r"/actions/runs/(?P<run>\d{1,18})/deployment_protection_rule\Z")


class IdShape(Struct):
    """Something of which only the id is needed."""

    id: shapes.Id


class NameShape(Struct):
    """A repository of which only the name is needed."""

    full_name: shapes.RepositoryName


class IdAndNameShape(Struct):
    """A repository of which no more is needed than what it is called."""

    full_name: shapes.RepositoryName
    id: shapes.Id | None = None


class Envelope(Struct):
    """What every delivery about a repository has."""

    installation: IdShape
    repository: shapes.RepositoryShape
    sender: shapes.UserShape | None = None
    action: str = ""


class IssueShape(Struct):
    """The issue or pull request that a comment stands on."""

    number: shapes.Id
    state: str = "open"
    user: shapes.UserShape | None = None
    pull_request: dict[str, object] | None = None


class ChangeShape(Struct):
    """What something was before it was edited."""

    before: str | None = field(name="from", default=None)


class BaseChangeShape(Struct):
    """What the base of a pull request was before it was changed."""

    ref: ChangeShape | None = None


class ChangesShape(Struct):
    """What was edited."""

    body: ChangeShape | None = None
    base: BaseChangeShape | None = None


class IssueCommentPayload(Struct):
    """`issue_comment`."""

    issue: IssueShape
    comment: shapes.CommentShape
    changes: ChangesShape | None = None


class PullRequestPayload(Struct):
    """`pull_request`."""

    pull_request: shapes.PullShape
    before: str | None = None
    changes: ChangesShape | None = None
    label: shapes.LabelShape | None = None
    reason: str = ""


class PullTextShape(Struct):
    """What a pull request's event says beyond what its list entry says."""

    created_at: shapes.Moment
    updated_at: shapes.Moment
    body: str | None = None


class PullRequestTexts(Struct):
    """`pull_request`, the description and its times."""

    pull_request: PullTextShape


class ReviewShape(Struct):
    """A review."""

    id: shapes.Id
    state: str
    user: shapes.UserShape | None = None
    body: str | None = None
    commit_id: str | None = None
    html_url: str = ""
    submitted_at: shapes.Moment | None = None


class ReviewPayload(Struct):
    """`pull_request_review`."""

    pull_request: shapes.PullShape
    review: ReviewShape


class WorkflowRunPayload(Struct):
    """`workflow_run`."""

    workflow_run: shapes_runs.RunShape


class WorkflowJobPayload(Struct):
    """`workflow_job`."""

    workflow_job: shapes_runs.JobShape


class RequestedActionShape(Struct):
    """The button that was pressed."""

    identifier: str


class CheckRunPayload(Struct):
    """`check_run`."""

    check_run: shapes_runs.CheckShape
    requested_action: RequestedActionShape | None = None


class PullsShape(Struct):
    """The pull requests of a check run or workflow run."""

    pull_requests: list[shapes.NumberShape] = field(default_factory=list)


class CheckRunPulls(Struct):
    """`check_run`, the pull requests it belongs to."""

    check_run: PullsShape


class CheckSuiteShape(Struct):
    """A check suite."""

    id: shapes.Id
    head_sha: str
    head_branch: str | None = None
    status: str | None = None
    conclusion: models.Conclusion | None = None
    app: shapes.AppShape | None = None
    pull_requests: list[shapes.NumberShape] = field(default_factory=list)


class CheckSuitePayload(Struct):
    """`check_suite`."""

    check_suite: CheckSuiteShape


class PushPayload(Struct):
    """`push`."""

    ref: str
    before: str
    after: str
    created: bool = False
    deleted: bool = False
    forced: bool = False


class StatusPayload(Struct):
    """`status`."""

    sha: str
    context: str
    state: str


class MergeGroupShape(Struct):
    """A group that the merge queue tests."""

    head_sha: str
    head_ref: str
    base_sha: str
    base_ref: str


class MergeGroupPayload(Struct):
    """`merge_group`."""

    merge_group: MergeGroupShape
    reason: str = ""


class ProtectionPayload(Struct):
    """`deployment_protection_rule`."""

    environment: str
    deployment_callback_url: str
    deployment: IdShape | None = None
    workflow_run: IdShape | None = None  # in no description, and yet sent
    event: str = ""
    ref: str = ""
    sha: str = ""
    pull_requests: list[shapes.NumberShape] = field(default_factory=list)

    def run_id(self) -> int:
        """This function will return the id of the workflow run, which the callback's address ends with.

        Raises:
            ValueError: it does not, or the payload names another one.
        """
        match = _CALLBACK.search(self.deployment_callback_url)
        if match is None:
            raise ValueError("$.deployment_callback_url names no workflow run")
        if self.workflow_run is not None and self.workflow_run.id != int(match["run"]):
            raise ValueError("$.workflow_run.id and $.deployment_callback_url name different workflow runs")
        return int(match["run"])


class DeploymentStatusPayload(Struct):
    """`deployment_status`."""

    deployment: shapes_runs.DeploymentShape
    deployment_status: shapes_runs.DeploymentStatusShape


class AccountInstallationShape(Struct):
    """An installation with the account it stands on."""

    id: shapes.Id
    account: shapes.UserShape | None = None


class InstallationPayload(Struct):
    """`installation` and `installation_repositories`."""

    installation: AccountInstallationShape
    action: str
    sender: shapes.UserShape | None = None
    repositories: list[NameShape] = field(default_factory=list)
    repositories_added: list[NameShape] = field(default_factory=list)
    repositories_removed: list[NameShape] = field(default_factory=list)


class AuthorizationPayload(Struct):
    """A delivery about a person and the App; it names no installation."""

    action: str
    sender: shapes.UserShape


class PingPayload(Struct):
    """`ping`."""

    hook_id: shapes.Id
    zen: str = ""


class RoutingPayload(Struct):
    """As much of any delivery as it takes to queue it."""

    action: str | None = None
    installation: IdShape | None = None
    repository: IdAndNameShape | None = None
    number: shapes.Id | None = None
    issue: shapes.NumberShape | None = None
    pull_request: shapes.NumberShape | None = None
    workflow_run: PullsShape | None = None
    check_run: PullsShape | None = None
    check_suite: PullsShape | None = None

    def first_number(self) -> int | None:
        """This function will return the number of the issue or pull request it is about, if it says one."""
        for single in (self.issue, self.pull_request):
            if single is not None:
                return single.number
        for several in (self.workflow_run, self.check_run, self.check_suite):
            if several is not None and several.pull_requests:
                return several.pull_requests[0].number
        return self.number
