"""The words between the HTTP server and the operations: a call, who makes it, its answer, its refusal."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from bot.localhub.access import Access
    from bot.localhub.deliveries import Deliveries
    from bot.localhub.limits import RateLimits
    from bot.localhub.logs import LogLinks
    from bot.localhub.registering import Registrations
    from bot.localhub.state.authorizations import Authorizations
    from bot.localhub.state.nouns import App, Installation, Repository, User
    from bot.localhub.state.store import Store

Body = dict[str, Any]
DOCS = "https://docs.github.com/rest"


class Refused(Exception):  # noqa: N818 - it is an answer, not a mistake of ours
    """An operation that GitHub answers with an error status."""

    def __init__(
        self,
        status: int,
        message: str,
        *,
        errors: list[Body] | None = None,
        headers: dict[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.headers = headers or {}
        self.body: Body = {"message": message, "documentation_url": DOCS, "status": str(status)}
        if errors is not None:
            self.body["errors"] = errors


def not_found() -> Refused:
    """This function will give GitHub's 404, which does not say what is missing."""
    return Refused(404, "Not Found")


def invalid(resource: str, field_name: str, code: str, message: str | None = None) -> Refused:
    """This function will give GitHub's 422 about one field."""
    error = {"resource": resource, "field": field_name, "code": code}
    return Refused(422, "Validation Failed", errors=[error | ({"message": message} if message else {})])


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Who makes a call: the App itself, one of its installations, a person, or nobody."""

    app: App | None = None
    person: User | None = None
    is_by_app: bool = False  # a person by a token of the App, or the App by its client secret
    installation: Installation | None = None
    permissions: Mapping[str, str] = field(default_factory=dict)
    repository_ids: frozenset[int] | None = None  # None means all of the installation
    token: str = ""

    @property
    def key(self) -> str:
        """What the rate limit is counted by."""
        if self.installation is not None:
            return f"installation {self.installation.id}"
        if self.person is not None:
            return f"person {self.person.id}"
        return "app" if self.app is not None else "anonymous"

    def sees(self, repository: Repository) -> bool:
        """This function will say whether the credential covers a repository."""
        if self.person is not None:
            return repository.role_of(self.person) != "none"
        if self.installation is None or repository.id not in self.installation.repository_ids:
            return False
        return self.repository_ids is None or repository.id in self.repository_ids


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """What operations work on."""

    store: Store
    app: App
    access: Access
    authorizations: Authorizations
    limits: RateLimits
    deliveries: Deliveries
    log_links: LogLinks
    registrations: Registrations


@dataclass(slots=True, kw_only=True)
class Call:
    """One request to one operation, checked and allowed."""

    world: World
    operation: str
    identity: Identity
    path: dict[str, str]
    query: Mapping[str, str]
    body: Any  # JSON; None where the operation takes bytes
    version: str
    headers: Mapping[str, str] = field(default_factory=dict)
    raw: bytes = b""
    found: Repository | None = None

    @property
    def store(self) -> Store:
        """Everything the local GitHub remembers."""
        return self.world.store

    @property
    def repository(self) -> Repository:
        """The repository in the path."""
        if self.found is None:
            raise not_found()
        return self.found

    @property
    def actor(self) -> User:
        """The user in whose name the call acts: the bot of its App."""
        return self.app.bot

    @property
    def app(self) -> App:
        """The App that calls: ours, or GitHub Actions with the token of a job."""
        return self.identity.app or self.world.app

    def number(self, name: str) -> int:
        """This function will read a path parameter that is an id."""
        text = self.path[name]
        if not text.isdecimal():
            raise not_found()
        return int(text)

    def get(self, name: str, kind: type | tuple[type, ...], default: Any = None) -> Any:
        """This function will read a field of the body, refusing a wrong type as GitHub does."""
        if not isinstance(self.body, dict):
            raise Refused(422, f"Invalid request.\n\nFor 'links/0/schema', {self.body!r} is not an object.")
        value = self.body.get(name, default)
        if value is default or isinstance(value, kind):
            return value
        raise Refused(422, f"Invalid request.\n\nFor 'properties/{name}', {value!r} has the wrong type.")

    def need(self, name: str, kind: type | tuple[type, ...] = str) -> Any:
        """This function will read a field that must be there."""
        value = self.get(name, kind)
        if value is None:
            raise Refused(422, f'Invalid request.\n\n"{name}" wasn\'t supplied.')
        return value


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What an operation answers with one body."""

    status: int = 200
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """What an operation answers with a page of items, rendered only when on the page."""

    items: Sequence[Any]
    render: Callable[[Any], Any]
    key: str | None = None  # the property that holds the items, beside total_count
    extra: Body = field(default_factory=dict)


Handlers: TypeAlias = dict[str, "Callable[[Call], Answer | Listing]"]
