"""A pull request: its summary, wish, gates, deployments, decisions, and what happened to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.web.dashboard.page import DashboardPage, Scope, Seen
from bot.web.dashboard.standing.pull import pull_facts
from bot.web.deployment_facts import STAGE_WORDS
from bot.web.gate_facts import GATE_WORDS
from bot.web.merge_facts import MERGE_WORDS

if TYPE_CHECKING:
    from bot.web.dashboard.page import Reading

_MOST_NUMBER = (1 << 31) - 1  # that a column takes
_STAGES = {stage.value: words for stage, words in STAGE_WORDS.items()} | {"": ("calm", "Not known")}


async def _read(reading: Reading) -> Seen | None:
    number, home = int(reading.match["number"]), reading.home
    if not 0 < number <= _MOST_NUMBER:
        return None
    facts = await reading.database.read(lambda connection: pull_facts(connection, home.repository_id, number))
    shown = {
        "facts": facts,
        "repository": home,
        "stage_words": _STAGES,
        "gate_words": GATE_WORDS,
        "merge_words": MERGE_WORDS,
    }
    return Seen(facts=shown, version=facts.version)


PAGE = DashboardPage(
    name="pull",
    path="/pulls/{number:[0-9]{1,10}}",
    template="pull.html",
    scope=Scope.REPOSITORY,
    read=_read,
)
