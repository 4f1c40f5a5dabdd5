"""Makes a failure of a finding and the lines quoted of it: short, clean of secrets, with its class of cause."""

from __future__ import annotations

from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING

from bot.diagnosis.choice.causes import classify
from bot.diagnosis.choice.ranking import FALLBACK
from bot.diagnosis.fingerprint import fingerprint
from bot.diagnosis.model import Cause, Failure
from bot.diagnosis.places import locations_in
from bot.redaction import redact

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.diagnosis.choice.causes import CauseModel
    from bot.diagnosis.choice.ranking import Quoted
    from bot.diagnosis.log.logs import Log

WIDTH = 300  # characters quoted of one line
MESSAGE = 300
_LOCATIONS = 3  # told where no parser knows which of them is the failure's


def worded(quoted: Quoted, log: Log, likely: Mapping[int, float]) -> Quoted:
    """This function will let what no parser knows be told by its likeliest line, and by the places its quote names."""
    if quoted.tool != FALLBACK or not quoted.places:
        return quoted
    best = max(quoted.places, key=lambda place: (likely.get(place, 0.0), -place))
    named = (one for place in quoted.places for one in locations_in(log.lines[place].text))
    finding = replace(
        quoted.finding,
        message=log.lines[best].text.strip(),
        locations=tuple(islice(dict.fromkeys(named), _LOCATIONS)),
    )
    return replace(quoted, finding=finding)


def failure_of(quoted: Quoted, log: Log, model: CauseModel) -> Failure:
    """This function will state a quoted finding as a failure; nothing secret gets past it."""
    finding = quoted.finding
    lines = [log.lines[place] for place in quoted.places]
    first = lines[0] if lines else None
    message = " ".join(redact(finding.message).split())
    cause = finding.cause
    if cause is Cause.UNKNOWN:
        cause = classify((message, *(line.text for line in lines)), log.failed_step, model)
    return Failure(
        tool=quoted.tool,
        cause=cause,
        message=_shortened(message, MESSAGE),
        excerpt=tuple(
            _shortened(text, WIDTH)
            for text in redact("\n".join(line.text for line in lines)).split("\n")
            if lines
        ),
        line=first.number if first else 0,
        tests=tuple(redact(test) for test in dict.fromkeys(finding.tests)),
        locations=tuple(dict.fromkeys(replace(one, path=redact(one.path)) for one in finding.locations)),
        step=redact(first.step) if first else "",
        step_line=first.step_line if first else 0,
        step_number=first.step_number if first else 0,
        fingerprint=fingerprint(quoted.tool, cause, message, finding.tests),
    )


def _shortened(text: str, width: int) -> str:
    return text if len(text) <= width else text[: width - 1] + "…"
