"""Tells how a diagnosis came about: what each parser said, what each line weighs and why, why the winner won."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.diagnosis.choice.ranking import cause_order, quote, rank_findings
from bot.diagnosis.choice.templates import KnownTemplates
from bot.diagnosis.choice.weighing import weigh_lines
from bot.redaction import redact

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bot.diagnosis.choice.ranking import Quoted
    from bot.diagnosis.choice.weighing import Weighed
    from bot.diagnosis.log.logs import Log
    from bot.diagnosis.parsing import Finding

    Found = tuple[str, Finding]

REASONS = 4  # told of one line
WIDTH = 160
FINDINGS = 40  # told of one log
_UNQUOTED = 3  # lines told that were nearly quoted


def explain(name: str, log: Log, found: Sequence[Found], known: KnownTemplates | None = None) -> str:
    """This function will explain the diagnosis of a log as plain text."""
    ranked = rank_findings(found)
    weighed = weigh_lines(log, ranked, known=known or KnownTemplates())
    quoted = quote(ranked, weighed.chances)
    parts = [f"{name}: {log.total} lines, {len(log.lines)} of them kept, {len(weighed.chances)} weighed"]
    parts.append(_exit(log))
    parts += ["", "What the parsers say, the best first:"]
    parts += _told(log, found, ranked)
    parts += ["", f"Why the winner won: {_why(ranked)}"]
    for one in quoted:
        parts += ["", f"Quoted of {one.tool}, each line with its chance to be the failure:"]
        parts += [text for place in one.places for text in _weight(log, weighed, place)]
    parts += ["", "Nearly quoted:", *_rest(log, weighed, quoted)]
    return redact("\n".join(parts))


def _exit(log: Log) -> str:
    if log.exit >= len(log.lines):
        return "no failing exit is announced"
    line = log.lines[log.exit]
    of = f" of {log.failed_step!r}" if log.failed_step else ""
    return f"the failing exit{of} is announced in line {line.number}: {_cut(line.text)}"


def _told(log: Log, found: Sequence[Found], ranked: Sequence[Found]) -> Iterator[str]:
    if not found:
        yield "  nothing"
    kept = {id(finding) for _, finding in ranked}
    rest = sorted((item for item in found if id(item[1]) not in kept), key=lambda item: item[1].rank)
    for tool, finding in (*ranked, *rest)[:FINDINGS]:
        left = "" if id(finding) in kept else " (left out: a better one says it, or a better rank speaks)"
        yield (
            f"  {finding.rank.name.lower():<11} {finding.cause.value:<14} {tool}, {_places(log, finding)}{left}: "
            f"{_cut(finding.message)}"
        )
    if len(found) > FINDINGS:
        yield f"  … and {len(found) - FINDINGS} more"


def _places(log: Log, finding: Finding) -> str:
    if not finding.places:
        return "no line"
    numbers = [log.lines[place].number for place in finding.places]
    first, last = min(numbers), max(numbers)
    return f"line {first}" if first == last else f"lines {first}-{last}"


def _why(ranked: Sequence[Found]) -> str:
    if not ranked:
        return "no parser found anything"
    tool, finding = ranked[0]
    rank = finding.rank.name.lower()
    if len(ranked) == 1:
        return f"{tool} alone says something ({rank})"
    other_tool, other = ranked[1]
    if other.rank > finding.rank:
        return f"{tool} is nearer to the root ({rank}) than {other_tool} ({other.rank.name.lower()})"
    if cause_order(other.cause) > cause_order(finding.cause):
        return f"as near to the root ({rank}), {finding.cause.value} goes before {other.cause.value}"
    return f"{tool} and {other_tool} are as near to the root ({rank}); the earlier in the log goes first"


def _weight(log: Log, weighed: Weighed, place: int) -> Iterator[str]:
    line = log.lines[place]
    chance = weighed.chances.get(place)
    yield f"  {'  - ' if chance is None else f'{chance:4.2f}'} {line.number:>7} | {_cut(line.text)}"
    if chance is not None:
        reasons = (f"{one.feature} {one.value:g} ({one.weight:+.2f})" for one in weighed.why(place, REASONS))
        yield f"               because {', '.join(reasons)}"


def _rest(log: Log, weighed: Weighed, quoted: Sequence[Quoted]) -> Iterator[str]:
    told = {place for one in quoted for place in one.places}
    left = sorted(weighed.chances.keys() - told, key=lambda place: (-weighed.chances[place], place))
    for place in left[:_UNQUOTED]:
        yield from _weight(log, weighed, place)


def _cut(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= WIDTH else text[: WIDTH - 1] + "…"
