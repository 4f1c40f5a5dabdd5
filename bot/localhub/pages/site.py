"""The site: what its pages are made from, who looks at them, and how they are rendered."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import jinja2
from aiohttp import web
from jinja2 import pass_context
from markupsafe import Markup

from bot.localhub.pages import words
from bot.localhub.pages.guard import HEADERS, SESSION, Guard
from bot.localhub.pages.live import Changes
from bot.localhub.pages.markdown import render as render_markdown
from bot.localhub.pages.timeline import open_issues, open_pulls, summary_of
from bot.localhub.state.nouns import ROLES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jinja2.runtime import Context

    from bot.localhub.pages.traffic import Traffic
    from bot.localhub.registering import Registrations
    from bot.localhub.scenarios.player import Player
    from bot.localhub.state.nouns import Repository, User
    from bot.localhub.state.reports import CheckRun
    from bot.localhub.state.store import Store

PERSONA = "localhub_persona"


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandHint:
    """A slash command that the comment box offers."""

    insert: str
    usage: str
    summary: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What a page shows: a template, its facts, and the repository it belongs to."""

    template: str
    tab: str
    facts: Mapping[str, Any] = field(default_factory=dict)
    repository: Repository | None = None
    status: int = 200


class Site:
    """Everything the pages need.

    Args:
        store: the state they show.
        traffic: deliveries and calls.
        registrations: where the App comes from.
        player: plays workflow runs; None where none are played.
        commands: what the comment box completes.
    """

    def __init__(
        self,
        store: Store,
        traffic: Traffic,
        registrations: Registrations,
        *,
        player: Player | None = None,
        commands: tuple[CommandHint, ...] = (),
    ) -> None:
        self.store = store
        self.traffic = traffic
        self.registrations = registrations
        self.player = player
        self.commands = commands
        self.guard = Guard()
        self.changes = Changes()
        self._templates = _environment()
        self._templates.filters["local"] = lambda url: words.local(url, store.base_url)
        store.listeners.append(self.changes.happened)
        traffic.on_call = self.changes.touch
        if player is not None:
            player.on_step = self.changes.touch

    def actor(self, request: web.Request) -> User:
        """This function will give the user a visitor acts as: the chosen one, else the first person."""
        chosen = self.store.users.get(request.cookies.get(PERSONA, "").lower())
        people = [user for user, _ in self.personas(None)]
        return chosen if chosen in people else people[0]

    def personas(self, repository: Repository | None) -> list[tuple[User, str]]:
        """This function will list the people one can act as, with their role on a repository."""
        everywhere = [repository] if repository else list(self.store.repositories.values())
        roles = {user_id: role for place in everywhere for user_id, role in place.collaborators.items()}
        people = [user for user in self.store.users.values() if user.type == "User"]
        ranked = sorted(people, key=lambda user: (-ROLES.index(roles.get(user.id, "none")), user.id))
        return [(user, roles.get(user.id, "")) for user in ranked] or [(self.store.github, "")]

    def respond(self, request: web.Request, page: Page) -> web.Response:
        """This function will render a page for the visitor who asked."""
        session = self.guard.session(request)
        facts = {
            "actor": self.actor(request),
            "personas": self.personas(page.repository),
            "repository": page.repository,
            "guard": lambda: self.guard.field(session),
            "now": self.store.exact_now(),
            "tab": lambda path, label, name, count=None: _tab(path, label, name == page.tab, count),
            "commands": [
                {"insert": hint.insert, "usage": hint.usage, "summary": hint.summary}
                for hint in self.commands
            ],
            **page.facts,
        }
        text = self._templates.get_template(page.template).render(facts)
        response = web.Response(text=text, content_type="text/html", status=page.status, headers=HEADERS)
        if SESSION not in request.cookies:
            response.set_cookie(SESSION, session, httponly=True, samesite="Strict")
        return response


def _environment() -> jinja2.Environment:
    made = jinja2.Environment(
        loader=jinja2.PackageLoader("bot.localhub.pages"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters.update(
        ago=_ago,
        short=words.short,
        markdown=lambda text, repository: render_markdown(text, repository=repository.full_name),
        log_class=words.log_class,
        patch_class=words.patch_class,
    )
    made.globals.update(
        state_of=words.state_of,
        grouped=words.grouped,
        summary_of=summary_of,
        open_pulls=open_pulls,
        open_issues=open_issues,
        path_of=_path_of,
    )
    return made


@pass_context
def _ago(context: Context, moment: Any) -> Markup:
    return words.ago(moment, context["now"])


@pass_context
def _path_of(context: Context, check: CheckRun) -> str:
    repository: Repository = context["repository"]
    job = repository.jobs.get(check.id)
    if job is None:
        return f"/{repository.full_name}/runs/{check.id}"
    return f"/{repository.full_name}/actions/runs/{job.run.id}/job/{job.id}"


def _tab(path: str, label: str, is_here: bool, count: int | None) -> Markup:  # noqa: FBT001 - a template's helper
    number = Markup('<span class="count">{}</span>').format(count) if count else ""
    here = Markup(' aria-current="page"') if is_here else ""
    return Markup('<a href="{}"{}>{}{}</a>').format(path, here, label, number)
