"""Weighs the lines near a failure by what was learned: how likely a person would quote each, and why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.diagnosis.choice.features import weigh
from bot.diagnosis.choice.learned import LineModel, Reason, chance, load_lines, log_odds, reasons
from bot.diagnosis.choice.templates import Familiarity
from bot.diagnosis.log.logs import MARKS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bot.diagnosis.choice.templates import KnownTemplates
    from bot.diagnosis.log.logs import Log
    from bot.diagnosis.parsing import Finding


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighed:
    """The lines that were weighed, as indexes into `Log.lines`."""

    model: LineModel
    rows: Mapping[int, tuple[float, ...]]
    chances: Mapping[int, float]
    odds: Mapping[int, float]  # before the green logs have their say
    shifts: Mapping[int, float]  # what the green logs say of a line, in log odds

    def why(self, index: int, most: int) -> tuple[Reason, ...]:
        """This function will name the features that weigh most for or against a line."""
        green = Reason("green logs", 1.0, shift) if (shift := self.shifts.get(index, 0.0)) else None
        found = (*((green,) if green else ()), *reasons(self.model, self.rows[index]))
        return tuple(sorted(found, key=lambda reason: -abs(reason.weight))[:most])


def weigh_lines(
    log: Log,
    ranked: Sequence[tuple[str, Finding]],
    *,
    known: KnownTemplates,
    model: LineModel | None = None,
) -> Weighed:
    """This function will weigh the lines of a log, given its findings in their order."""
    model = model or load_lines()
    candidates = weigh(log, ranked, model.words, model.prior)
    weighed = dict(zip(candidates.indexes, log_odds(model.trees, candidates.rows), strict=True))
    # What a forgiven step says is no failure, however much it sounds like one; a mark says nothing.
    lines = {index: log.lines[index] for index in weighed}
    telling = [index for index, line in lines.items() if not line.is_forgiven and line.command not in MARKS]
    odds = {index: weighed[index] for index in telling} or weighed
    shifts = {index: green_shift(log, index, known, model) for index in candidates.indexes if known.logs}
    return Weighed(
        model=model,
        rows=dict(zip(candidates.indexes, candidates.rows, strict=True)),
        chances={index: chance(value + shifts.get(index, 0.0)) for index, value in odds.items()},
        odds=odds,
        shifts=shifts,
    )


def green_shift(log: Log, index: int, known: KnownTemplates, model: LineModel) -> float:
    """This function will say what it means for a line that green logs have it in this place, elsewhere, or not."""
    return {
        Familiarity.IN_PLACE: model.in_place,
        Familiarity.KNOWN: model.known,
        Familiarity.UNKNOWN: model.unknown,
    }[known.familiarity(log, index)]
