"""Restricts a query of a page to what its viewer may read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, true

if TYPE_CHECKING:
    from sqlalchemy import BindParameter, Column, ColumnElement

    from bot.web.viewer import Viewer


def readable_by(viewer: Viewer, column: Column[Any]) -> ColumnElement[bool]:
    """This function will make the condition that a row's repository, in this column, may be read by the viewer."""
    if viewer.is_operator:
        return true()
    # Written into the statement as numbers: a person may read more repositories than a statement takes parameters.
    ids: BindParameter[Any] = bindparam(
        None, sorted(viewer.repositories), expanding=True, literal_execute=True
    )
    return column.in_(ids)
