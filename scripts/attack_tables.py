"""Makes the tables of docs/attacks.md out of the attacks that the tests play."""

from __future__ import annotations

from bot.markdown import table
from tests.attacks.elsewhere import ELSEWHERE
from tests.attacks.test_approvals import ATTACKS as ON_APPROVALS
from tests.attacks.test_budget import ATTACKS as ON_BUDGET
from tests.attacks.test_commands import ATTACKS as ON_COMMANDS
from tests.attacks.test_merging import ATTACKS as ON_MERGING
from tests.attacks.test_prompts import CHANGES as BY_FIXERS
from tests.attacks.test_work import PROGRAMS as IN_WORK_TREES
from tests.attacks.test_work import REMOTES as OF_WORK_TREES
from tests.support.injections import INJECTIONS


def attacks_on_commands() -> str:
    """This function will list what is tried through comments, and the answer to it."""
    rows = [
        (each.name, _report(each.learned_from), f"`{each.reason}`" if each.reason else "no answer")
        for each in ON_COMMANDS
    ]
    return table(("what is tried", "told by", "answer"), rows)


def attacks_on_approvals() -> str:
    """This function will list what is tried with approvals, and the answer to it."""
    rows = [
        (each.name, _report(each.learned_from), f"`{each.reason}`" if each.reason else "does not count")
        for each in ON_APPROVALS
    ]
    return table(("what is tried", "told by", "answer"), rows)


def attacks_on_merging() -> str:
    """This function will list by what something might be merged without evidence, and the answer to it."""
    rows = [(each.name, _report(each.learned_from), f"`{each.reason}`") for each in ON_MERGING]
    return table(("what is tried, or happens", "told by", "answer"), rows)


def attacks_on_budget() -> str:
    """This function will list by what a limit might be lifted, or act, without two people, and the answer to it."""
    rows = [
        (each.name, _report(each.learned_from), f"`{each.reason}`" if each.reason else "no answer")
        for each in ON_BUDGET
    ]
    return table(("what is tried, or happens", "told by", "answer"), rows)


def attacks_on_work() -> str:
    """This function will list what a work tree can name, and what comes of it."""
    rows = [(each.name, _report(each.learned_from), "is not run") for each in IN_WORK_TREES]
    rows += [(each.name, _report(each.learned_from), each.told) for each in OF_WORK_TREES]
    return table(("what is left in a work tree", "told by", "what comes of it"), rows)


def attacks_on_prompts() -> str:
    """This function will list what strangers write for the agent that fixes, and what it may try itself."""
    rows = [(name, _report(report), "stays a quotation") for name, report, _ in INJECTIONS]
    rows += [(each.name, _report(each.learned_from), f"`{each.reason}`") for each in BY_FIXERS]
    return table(("what is tried", "told by", "answer"), rows)


def attacks_elsewhere() -> str:
    """This function will list what is tried beside the ability it aims at."""
    rows = [(name, _report(report), f"`{test}`") for name, report, test in ELSEWHERE]
    return table(("what is tried", "told by", "test"), rows)


def _report(reference: str) -> str:
    repository, _, number = reference.partition("#")
    return f"[{reference}](https://github.com/{repository}/issues/{number})" if number else reference
