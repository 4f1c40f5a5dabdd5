"""Makes the tables and diagrams of the documentation of supervision."""

from __future__ import annotations

from bot import plugins
from bot.markdown import table
from bot.supervision.fixers import __name__ as FIXERS  # noqa: N812 - the name of the registry's folder
from bot.supervision.fixing.states import diagram as fix_diagram
from bot.supervision.fixing.working.fixer import Fixer, shown
from bot.supervision.runs.states import diagram as run_diagram
from bot.supervision.sessions.states import session_table


def session_states() -> str:
    """This function will draw how a session stands by how it stood and what is seen of it."""
    return session_table()


def run_states() -> str:
    """This function will draw the states of a workflow run that hangs."""
    return f"```mermaid\n{run_diagram()}```"


def fix_states() -> str:
    """This function will draw the states of a try to fix a failure."""
    return f"```mermaid\n{fix_diagram()}```"


def fixers() -> str:
    """This function will say by which command each tool's failure is shown, and what mends it."""
    found = plugins.load(FIXERS, "FIXER", Fixer)
    rows = [
        (f"`{one.tool}`", f"`{shown(one.check)}`", one.summary if one.fix else "only the agent")
        for one in found
    ]
    return table(("tool", "shown by", "it is mended by: it …"), rows)
