"""Shows what went wrong with signing in, as a page of its own."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from aiohttp import web

from bot.web.page_site import HEADERS, Page, PageSite
from bot.web.signin.problems import Problem
from bot.web.signin.viewing import SIGN_IN
from bot.web.static_files import static_address

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

_AGAIN_SECONDS = "60"


@dataclass(frozen=True, slots=True, kw_only=True)
class Showing:
    """Renders the pages."""

    clock: Callable[[], datetime]
    _site: PageSite = field(default_factory=PageSite)

    def response(self, problem: Problem, *, to: str = "/") -> web.Response:
        """This function will show a problem, with the way to try again."""
        words = problem.value
        facts = {
            "words": words,
            "again": to if problem is Problem.FORGED else f"{SIGN_IN}?{urlencode({'to': to})}",
            "static": static_address,
        }
        page = Page(template="sign_in_problem.html", now=self.clock(), facts=facts, status=words.status)
        shown = self._site.respond(page)
        shown.headers["Cache-Control"] = "no-store"
        if problem is Problem.AWAY:
            shown.headers["Retry-After"] = _AGAIN_SECONDS
        return shown

    def raised(self, problem: Problem, *, to: str) -> web.HTTPServiceUnavailable:
        """This function will make an answer of a problem that can be raised wherever somebody asks for a page."""
        shown = self.response(problem, to=to)
        headers = {**HEADERS, "Cache-Control": "no-store", "Retry-After": _AGAIN_SECONDS}
        return web.HTTPServiceUnavailable(text=shown.text, content_type="text/html", headers=headers)
