"""Finds the failure that a person means by its short ID, and understands what is said about it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.commands.model import Reason, Refused
from bot.diagnosis.model import Judgement
from bot.diagnosis.verdict.sameness import is_specific
from bot.markdown import code

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.diagnosis.model import Failure
    from bot.diagnosis.verdict.judgements import KnownFailure

LEAST_ID = 4  # digits
_MOST_LISTED = 10
_WIDTH = 100


def pick_failure(identifier: str, known: Sequence[KnownFailure]) -> KnownFailure | Refused:
    """This function will find the failure whose ID begins with what was typed; empty means the foremost."""
    if not known:
        text = "No failure is known on this pull request: no workflow run of it was red, or it is long ago."
        return Refused(reason=Reason.NO_FAILURE, text=text)
    wanted = identifier.lower()
    found = [one for one in known if one.failure.fingerprint.startswith(wanted)]
    if wanted and len(wanted) < LEAST_ID:
        text = f"An ID has at least {LEAST_ID} digits.\n\n{_listed(known)}"
        return Refused(reason=Reason.AMBIGUOUS_FAILURE, text=text)
    if not found:
        text = f"No failure of this pull request has the ID {code(identifier)}.\n\n{_listed(known)}"
        return Refused(reason=Reason.UNKNOWN_FAILURE, text=text)
    if wanted and len(found) > 1:
        text = f"{code(identifier)} begins the IDs of {len(found)} failures.\n\n{_listed(found, whole=True)}"
        return Refused(reason=Reason.AMBIGUOUS_FAILURE, text=text)
    return found[0]


def read_judgement(word: str, failure: Failure) -> Judgement | Refused:
    """This function will understand what a person says about a failure.

    A word about a message that may stand for any failure would excuse other people's, and is not taken.
    """
    if word.lower() not in set(Judgement):
        words = ", ".join(code(each.value) for each in Judgement)
        text = f"A verdict is one of {words}, not {code(word)}."
        return Refused(reason=Reason.UNKNOWN_JUDGEMENT, text=text)
    judgement = Judgement(word.lower())
    if judgement is not Judgement.REAL and not is_specific(failure):
        text = (
            f"{code(_short(failure.message))} may stand for any failure: calling it {judgement} would excuse "
            f"others that have nothing to do with it. {code('/rerun')} starts the failed jobs again."
        )
        return Refused(reason=Reason.TOO_GENERAL, text=text)
    return judgement


def _listed(known: Sequence[KnownFailure], *, whole: bool = False) -> str:
    lines = [
        f"- {code(one.failure.fingerprint if whole else one.failure.short_id)} in "
        f"{code(f'{one.workflow} / {one.job}')}: {code(_short(one.failure.message))}"
        for one in known[:_MOST_LISTED]
    ]
    if len(known) > _MOST_LISTED:
        lines.append(f"- and {len(known) - _MOST_LISTED} more")
    return "\n".join(("There are:", "", *lines))


def _short(message: str) -> str:
    return message if len(message) <= _WIDTH else message[: _WIDTH - 1] + "…"
