"""Judges whether GitHub's events reach Pilothouse."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.doctor.wording import bad, good, notice

if TYPE_CHECKING:
    from collections.abc import Iterable
    from urllib.parse import SplitResult

    from bot.doctor.model import Finding
    from bot.github.installing import Hook, Registration
    from bot.github.models import HookDelivery

_JSON = "json"


def addressed(hook: Hook, address: SplitResult, about: Registration) -> Finding:
    """This function will say whether the webhook leads anywhere, safely."""
    subject, page = "webhook of the App", f"the App's settings ({about.html_url})"
    if not address.hostname:
        return bad(
            subject, "it has no address: no event reaches Pilothouse", f"Set https://HOST/webhook in {page}."
        )
    if hook.content_type != _JSON:
        return bad(
            subject,
            f"it sends {hook.content_type}, which Pilothouse does not take",
            f"Choose application/json in {page}.",
        )
    if hook.is_insecure or address.scheme != "https":
        return notice(
            subject,
            f"what it sends to {address.hostname} can be read and changed on its way",
            f"Use an https address and switch SSL verification on in {page}.",
        )
    return good(subject, f"it delivers to {address.hostname}")


def delivered(deliveries: Iterable[HookDelivery]) -> Finding:
    """This function will say whether the newest deliveries of the repository's installation arrived."""
    subject = "deliveries of the last day"
    arrived: dict[str, bool] = {}  # the newest first; a delivery is one whatever its attempts
    codes: dict[str, int] = {}
    for one in deliveries:
        arrived[one.guid] = arrived.get(one.guid, False) or one.succeeded
        codes.setdefault(one.guid, one.status_code)
    if not arrived:
        return notice(
            subject,
            "there are none: nothing happened there, or GitHub sends nothing",
            "Comment /help on a pull request, and look again.",
        )
    lost = [guid for guid, came in arrived.items() if not came]
    if not lost:
        return good(subject, f"all {len(arrived)} arrived")
    code = codes[lost[0]]
    answer = f"answered {code}" if code else "was not reached"
    said = f"{len(lost)} of {len(arrived)} did not arrive; the newest of them {answer}"
    remedy = "Look at Advanced, Recent Deliveries in the App's settings, and whether `pilothouse serve` is up there."
    if not next(iter(arrived.values())):
        return bad(subject, f"{said}, and nothing has arrived since", remedy)
    return notice(
        subject, f"{said}; newer ones arrived, and Pilothouse asks for lost ones again by itself", remedy
    )
