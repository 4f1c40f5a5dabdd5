"""What can go wrong on the way to GitHub and back, in words for the person and advice for the operator."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What is said, and the status that it is said with."""

    status: int
    heading: str
    said: str
    advice: str = ""  # for whoever operates the bot
    button: str = "Sign in with GitHub"


class Problem(Enum):
    """What went wrong."""

    DENIED = Words(
        status=403,
        heading="You are not signed in",
        said="You did not allow Pilothouse on GitHub to see who you are. Nothing was changed.",
    )
    STRANGE = Words(
        status=400,
        heading="This sign-in was not begun here",
        said="It was begun in another browser, more than ten minutes ago, or used already. Begin it again.",
    )
    USED = Words(
        status=400,
        heading="GitHub's answer is worth nothing any more",
        said="It can be used once, within ten minutes. Begin the sign-in again.",
    )
    UNSET = Words(
        status=502,
        heading="Signing in is not set up right",
        said="GitHub does not know this Pilothouse by the keys that it shows.",
        advice="Set PILOTHOUSE_CLIENT_ID and PILOTHOUSE_CLIENT_SECRET to those of the App's settings page.",
    )
    MISMATCH = Words(
        status=502,
        heading="Signing in is not set up right",
        said="GitHub does not send people back to this address.",
        advice="Add PILOTHOUSE_PUBLIC_URL with /sign-in/callback to the callback URLs in the App's settings.",
    )
    SUSPENDED = Words(
        status=502,
        heading="GitHub has suspended the App",
        said="Nobody can sign in until GitHub lifts that.",
        advice="The App's owner finds the reason on its settings page.",
    )
    UNVERIFIED = Words(
        status=403,
        heading="GitHub does not know your e-mail address yet",
        said="Verify the primary e-mail address of your account on GitHub, then sign in again.",
    )
    REFUSED = Words(
        status=502,
        heading="GitHub refused the sign-in",
        said="It gave a reason that Pilothouse does not know; the log has it. Begin the sign-in again.",
    )
    AWAY = Words(
        status=503,
        heading="GitHub does not answer",
        said="What you can read is GitHub's to say, and what it said last is too old. Try again in a minute.",
        button="Try again",
    )
    FORGED = Words(
        status=403,
        heading="This form was not sent by a page of yours",
        said="You are still signed in. Open Pilothouse and sign out there.",
        button="Open Pilothouse",
    )


# https://docs.github.com/en/apps/oauth-apps/maintaining-oauth-apps/troubleshooting-oauth-app-access-token-request-errors
_REFUSALS = {
    "bad_verification_code": Problem.USED,
    "incorrect_client_credentials": Problem.UNSET,
    "redirect_uri_mismatch": Problem.MISMATCH,
    "unverified_user_email": Problem.UNVERIFIED,
}
# https://docs.github.com/en/apps/oauth-apps/maintaining-oauth-apps/troubleshooting-authorization-request-errors
_WAYS_BACK = {
    "access_denied": Problem.DENIED,
    "application_suspended": Problem.SUSPENDED,
    "redirect_uri_mismatch": Problem.MISMATCH,
}


def of_refusal(code: str) -> Problem:
    """This function will say what GitHub's refusal to make a token means."""
    return _REFUSALS.get(code, Problem.REFUSED)


def of_way_back(error: str, *, is_ours: bool) -> Problem:
    """This function will say what the error means that a browser brings back, if it was sent by us at all."""
    if not is_ours:
        return Problem.STRANGE
    return _WAYS_BACK.get(error, Problem.REFUSED if error else Problem.STRANGE)
