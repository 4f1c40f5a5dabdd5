"""Renders the pages: templates, the words of their numbers, and the headers that keep them private and harmless."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import jinja2
from aiohttp import web
from markdown_it import MarkdownIt
from markupsafe import Markup

from bot.budget.money import dollars
from bot.diagnosis.places import path_in_repository
from bot.diagnosis.prices import SINCE, SOURCE
from bot.diagnosis.reporting.metrics import cache_rate
from bot.diagnosis.reporting.sections import CAUSES, is_in_repository
from bot.diagnosis.reporting.units import duration, percent, plural, price
from bot.redaction import redact

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from bot.decisions.model import Evidence
    from bot.diagnosis.model import Failure, Location

HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self'; script-src 'self'; connect-src 'self'; "
        "base-uri 'none'; form-action 'none'; "
        "frame-ancestors 'none'"
    ),
    "Cache-Control": "private, no-cache",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",  # the address is what opens the page: no other site may see it
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex, nofollow",
}
# Of pages for who signed in: they have forms, and nothing in their addresses is secret.
HEADERS_WITH_FORMS: Mapping[str, str] = {
    **HEADERS,
    "Content-Security-Policy": HEADERS["Content-Security-Policy"].replace(
        "form-action 'none'", "form-action 'self'"
    ),
    "Referrer-Policy": "same-origin",
}
_SHORT_SHA = 7
_LONGEST_REMEMBERED = 400  # characters of Markdown
_TREND_WIDTH, _TREND_HEIGHT = 120, 28
_UNITS = ((timedelta(days=1), "day"), (timedelta(hours=1), "hour"), (timedelta(minutes=1), "minute"))
_CAUSES: Mapping[str, str] = {cause.value: word for cause, word in CAUSES.items()}


# A link of another scheme than http(s): who chose an address may be a stranger, and `javascript:` is an address too.
# Quotes within values are escaped by the templates, so this is the whole value of an attribute.
_ODD_LINK = re.compile(r'href="(?!https?:)(?=[^"/?#]*:)[^"]*"', re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What a page shows: a template and its facts."""

    template: str
    now: datetime
    facts: Mapping[str, Any] = field(default_factory=dict)
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=lambda: HEADERS)


class PageSite:
    """Holds the templates."""

    def __init__(self) -> None:
        self._templates = _environment()

    def respond(self, page: Page) -> web.Response:
        """This function will render a page."""
        rendered = self._templates.get_template(page.template).render({"now": page.now, **page.facts})
        text = _ODD_LINK.sub('href="#"', rendered)
        return web.Response(text=text, content_type="text/html", status=page.status, headers=page.headers)


def _environment() -> jinja2.Environment:
    made = jinja2.Environment(
        loader=jinja2.PackageLoader("bot.web"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters.update(
        duration=duration,
        percent=percent,
        price=price,
        dollars=dollars,
        cache_rate=cache_rate,
        short=lambda sha: sha[:_SHORT_SHA],
        redacted=redact,
        cause=lambda value: _CAUSES.get(value, value),
        told_once=told_once,
        markdown=markdown,
        evidence=evidence,
        trend=trend,
    )
    made.globals.update(
        plural=plural, ago=ago, file_link=file_link, prices_source=SOURCE, prices_since=SINCE, trend=trend
    )
    return made


_MARKDOWN = MarkdownIt("zero", {"html": False}).enable(
    [
        "emphasis",
        "backticks",
        "link",
        "escape",
        "entity",
        "list",
        "strikethrough",
        "newline",
        "table",
        "fence",
        "heading",
    ]
)
_FOLD = re.compile(r"^</?details(?: open)?>$\n?|^<summary>(.*)</summary>$", re.MULTILINE)


def markdown(text: str) -> Markup:
    """This function will render our own Markdown as GitHub would: no HTML, no pictures, links to http(s) alone."""
    return _known_words(text) if len(text) <= _LONGEST_REMEMBERED else _rendered(text)


def _rendered(text: str) -> Markup:
    unfolded = _FOLD.sub(
        lambda found: f"**{found[1]}**" if found[1] else "", text
    )  # there is room for it here
    rendered = _MARKDOWN.render(unfolded) if "\n" in unfolded else _MARKDOWN.renderInline(unfolded)
    rendered = rendered.replace("<th>", '<th scope="col">')  # for those who hear a table
    return Markup(rendered)  # noqa: S704 - the renderer escapes all that is not the few marks it knows


# Lists say the same of many rows, and a page is read again whenever something moves.
_known_words = lru_cache(maxsize=2048)(_rendered)


def evidence(one: Evidence) -> Markup:
    """This function will show where a condition's standing can be seen."""
    text = markdown(one.text)
    if not one.url.startswith(("https://", "http://")):
        return text
    return Markup('<a href="{}" rel="noreferrer">{}</a>').format(one.url, text)


def ago(at: datetime, now: datetime) -> Markup:
    """This function will say how long ago a moment is, with the moment itself as its title."""
    past = max(now - at, timedelta())
    unit, noun = next(
        ((unit, noun) for unit, noun in _UNITS if past >= unit), (timedelta(minutes=1), "minute")
    )
    text = f"{plural(past // unit, noun)} ago" if past >= unit else "just now"
    # Numbers and words of ours alone: on lists, escaping them took a third of the page's time.
    return Markup(f'<time datetime="{at.isoformat()}" title="{at:%Y-%m-%d %H:%M} UTC">{text}</time>')  # noqa: S704


def file_link(repository: str, head_sha: str, location: Location) -> str:
    """This function will make the address of a line at a commit; empty where it lies outside the repository."""
    if not repository or not is_in_repository(location.path):
        return ""
    return f"{repository}/blob/{head_sha}/{path_in_repository(location.path)}#L{location.line}"


def trend(values: Sequence[float | None], label: str) -> Markup:
    """This function will draw how a duration went; stretches of time without a run are left out."""
    told = f"{label}, the oldest first: {', '.join(duration(value) for value in values if value is not None)}"
    known = [(index, value) for index, value in enumerate(values) if value is not None]
    if len(known) < 2:  # noqa: PLR2004 - a line has two ends
        return Markup('<span class="soft">{}</span>').format("too few runs")
    top = max(value for _, value in known) or 1.0
    step = _TREND_WIDTH / (len(values) - 1)
    points = " ".join(
        f"{index * step:.1f},{_TREND_HEIGHT - value / top * (_TREND_HEIGHT - 4) - 2:.1f}"
        for index, value in known
    )
    last_index, last = known[-1]
    return Markup(
        '<svg class="trend" viewBox="0 0 {w} {h}" width="{w}" height="{h}" role="img" aria-label="{label}">'
        '<title>{label}</title><polyline points="{points}"/><circle cx="{x}" cy="{y}" r="2.5"/></svg>'
    ).format(
        w=_TREND_WIDTH,
        h=_TREND_HEIGHT,
        label=told,
        points=points,
        x=f"{last_index * step:.1f}",
        y=f"{_TREND_HEIGHT - last / top * (_TREND_HEIGHT - 4) - 2:.1f}",
    )


def told_once(failures: Iterable[Failure]) -> tuple[Failure, ...]:
    """This function will join what a job's log tells several times, each time at another place."""
    made: dict[str, Failure] = {}
    for number, one in enumerate(failures):
        key = one.fingerprint or str(number)
        first = made.get(key)
        made[key] = one if first is None else replace(first, locations=(*first.locations, *one.locations))
    return tuple(made.values())
