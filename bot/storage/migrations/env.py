"""Alembic's entry: run the revisions on the connection that the caller opened."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from alembic import context

from bot.storage.cost_tables import Dollars
from bot.storage.tables import UtcDateTime
from bot.storage.web_tables import metadata

if TYPE_CHECKING:
    from alembic.autogenerate.api import AutogenContext


def render_item(kind: str, item: object, _context: AutogenContext) -> str | Literal[False]:
    """This function will write our own column types as the plain types that a migration needs."""
    if kind != "type":
        return False
    if isinstance(item, Dollars):
        return "sa.BigInteger()"
    return "sa.DateTime(timezone=True)" if isinstance(item, UtcDateTime) else False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    version_table="pilothouse_version",
    render_as_batch=True,
    render_item=render_item,
)
with context.begin_transaction():
    context.run_migrations()
