"""Fills what strangers can name with what would do harm if a page took it for more than text."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from sqlalchemy import JSON, LargeBinary, String, Text, select, update

from bot.storage.web_tables import metadata

if TYPE_CHECKING:
    from sqlalchemy import Connection, Table

    from tests.support.spider import Content

HOSTILE = (
    "\"'><img src=x onerror=alert(1)><script>alert(2)</script></title></textarea><svg onload=alert(3)>"
    '<a href="javascript:alert(4)">[x](javascript:alert(5))</a>{{7*7}}{%raw%}@octo/all'
)
HOSTILE_URL = "javascript:alert(6)//https://github.com/"
# What people, branches, workflows, tools and clouds are called, and what they say.
NAMES = frozenset(
    {
        *("actor", "account", "author", "branch", "component", "default_branch", "evidence", "fixer", "item"),
        *("job", "labels", "line", "login", "message", "person", "receipt", "region", "requester", "service"),
        *(
            "subject",
            "tests",
            "text",
            "what",
            "workflow",
            "agent",
            "log",
            "title",
            "step",
            "excerpt",
            "detail",
        ),
    }
)
# Names of these are looked up in others' rows, or are decoded into words that we know.
_KEPT = {
    ("gates", "subject"),
    ("decisions", "facts"),
    ("cost_meters", "detail"),
    ("cost_meters", "service"),
    ("supervisions", "config"),
}
_URLS = frozenset({"url", "log_url", "run_url", "job_url", "html_url"})
_MOST_ROWS = 60  # of a table: more show nothing else


def spoil(connection: Connection) -> None:
    """This function will put hostile text wherever a stranger can put text, in the rows of every table."""
    for table in metadata.sorted_tables:
        _spoil(connection, table)


def _spoil(connection: Connection, table: Table) -> None:
    keys = list(table.primary_key.columns)
    if not keys:
        return
    for row in connection.execute(select(table).limit(_MOST_ROWS)).mappings().all():
        changed = {
            column.name: _spoiled(column.name, row[column.name])
            for column in table.columns
            if not column.primary_key and (table.name, column.name) not in _KEPT and _is_text(column.type)
        }
        changed = {name: value for name, value in changed.items() if value != row[name]}
        if changed:
            chosen = [key == row[key.name] for key in keys]
            connection.execute(update(table).where(*chosen).values(changed))


def _is_text(kind: object) -> bool:
    return isinstance(kind, String | Text | JSON) and not isinstance(kind, LargeBinary)


def _spoiled(name: str, value: Any) -> Any:
    if isinstance(value, str) and value[:1] in {"{", "["}:
        try:
            return json.dumps(_inside(name, json.loads(value)))
        except ValueError:
            pass
    return _inside(name, value)


def _inside(name: str, value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _inside(key, each) for key, each in value.items()}
    if isinstance(value, list):
        return [_inside(name, each) for each in value]
    if not isinstance(value, str):
        return value
    if name in _URLS and value:
        return HOSTILE_URL + value
    return value + HOSTILE if name in NAMES and value else value


def harm(content: Content) -> list[str]:
    """This function will find everything in a page that would run, load or lead where we did not put it."""
    found = []
    for name, given in content.elements:
        found += [
            f"<{name} {attribute}>"
            for attribute in given
            if attribute.startswith("on") or attribute == "style"
        ]
        if name in {"iframe", "object", "embed", "base", "frame", "applet", "template"}:
            found.append(f"<{name}>")
        if name == "script" and not given.get("src", "").startswith(("/static/", "/ci/static/")):
            found.append(f"<script src={given.get('src')!r}>")
        for attribute in ("src", "href", "action", "formaction", "xlink:href", "data", "poster", "srcset"):
            if attribute in given and not _leads_well(name, given[attribute]):
                found.append(f"<{name} {attribute}={given[attribute][:60]!r}>")
        if name == "meta" and "http-equiv" in given:
            found.append("<meta http-equiv>")
    return found


def _leads_well(element: str, address: str) -> bool:
    if (
        address == ""
        or address.startswith(("#", "?"))
        or (address.startswith("/") and not address.startswith("//"))
    ):
        return True
    return element == "a" and address.startswith(("https://", "http://"))
