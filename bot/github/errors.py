"""What can go wrong between Pilothouse and GitHub, each worded for the person who has to act on it."""

from __future__ import annotations


class GitHubError(Exception):
    """GitHub did not do what was asked; the message says what, and what helps."""

    def __init__(self, message: str, *, operation: str = "", status: int = 0) -> None:
        super().__init__(message)
        self.operation = operation
        self.status = status  # 0 where nothing answered


class NotFound(GitHubError):  # noqa: N818 - GitHub's own word for it
    """It does not exist, or the App is not allowed to see it: GitHub answers the same to both."""


class Unauthorized(GitHubError):  # noqa: N818 - GitHub's own word for it
    """The App id, the private key or the installation is not (any longer) accepted."""


class Forbidden(GitHubError):  # noqa: N818 - GitHub's own word for it
    """The App lacks a permission, named in `needed`, or may not touch this object."""

    def __init__(self, message: str, *, operation: str = "", status: int = 403, needed: str = "") -> None:
        super().__init__(message, operation=operation, status=status)
        self.needed = needed  # as GitHub words it: "issues=write; pull_requests=write"


class Unprocessable(GitHubError):  # noqa: N818 - GitHub's own word for it
    """GitHub understood the request and refuses its content."""

    def __init__(
        self, message: str, *, operation: str = "", status: int = 422, errors: tuple[str, ...] = ()
    ) -> None:
        super().__init__(message, operation=operation, status=status)
        self.errors = errors


class Conflict(GitHubError):  # noqa: N818 - GitHub's own word for it
    """The state on GitHub stands against it: 409 or 405."""


class Rejected(GitHubError):  # noqa: N818 - the event, not a bug
    """GitHub refused the request for another reason."""


class Unexpected(GitHubError):  # noqa: N818 - the event, not a bug
    """The answer is not what GitHub documents: an unknown shape, or a redirect to another host."""


class Unavailable(GitHubError):  # noqa: N818 - the event, not a bug
    """GitHub could not be reached, or kept failing until the retries were used up; nothing was changed."""


class Uncertain(GitHubError):  # noqa: N818 - the event, not a bug
    """The answer to a write was lost: it may or may not have happened, so read back before repeating it."""
