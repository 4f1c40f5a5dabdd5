"""The nouns of signing in: a sign-in as it is stored, and the request that ends a person's."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime  # noqa: TC003 - a stored form reads the annotations at run time

from bot.engine.model import Start

END_SIGN_INS = "end_sign_ins"


@dataclass(frozen=True, slots=True, kw_only=True)
class SignIn:
    """Somebody who signed in with one browser."""

    token_hash: str  # of what the browser keeps; the token itself is nowhere else
    user_id: int
    login: str
    sealed: str = field(repr=False)  # GitHub's tokens, encrypted
    created_at: datetime
    seen_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class EndSignIns:
    """The request of `end_sign_ins`: a person took back what they allowed the App."""

    user_id: int
    cause: str  # the delivery that told

    def start(self) -> Start:
        """This function will name the run that ends them."""
        return Start(
            flow=END_SIGN_INS,
            run_id=f"{END_SIGN_INS}-{self.user_id}-{self.cause}",
            request=self,
            partition=f"person:{self.user_id}",
        )
