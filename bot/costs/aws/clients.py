"""Makes and keeps the library's clients: by role, service and region, with credentials that are still good."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import boto3.session
from botocore.config import Config
from botocore.credentials import Credentials

from bot.costs.aws.credentials import Lent, session_with
from bot.costs.aws.errors import AwsRefused

if TYPE_CHECKING:
    from bot.costs.aws.asking import Identity, Use

_SESSION_NAME = "pilothouse"
_GOOD_FOR_SECONDS = 55 * 60  # of the hour that AWS gives at least
_ATTEMPTS = 3


@dataclass(slots=True)
class _Held:
    lock: threading.Lock = field(default_factory=threading.Lock)
    credentials: Credentials | None = None
    until: float = 0.0  # on the monotonic clock: a clock that people set may jump


class Clients:
    """Clients of the library, one for each service and region, however many accounts are asked: each weighs a megabyte.

    They may be used by many threads, and are made by one at a time.
    """

    def __init__(self, endpoint_url: str) -> None:
        self._endpoint_url = endpoint_url or None
        self._lock = threading.Lock()
        self._lent = Lent()
        self._sessions: tuple[boto3.session.Session, boto3.session.Session] | None = None
        self._held: dict[Identity, _Held] = {}
        self._made: dict[tuple[str, str, bool], Any] = {}

    def client(self, use: Use) -> tuple[Any, int]:
        """This function will return a client for this thread's next request, and how many requests that took."""
        credentials, asked = self._credentials(use.identity)
        return self._client(use.service, use.region, credentials, repeats=use.repeats), asked

    def own_account(self, region: str) -> str:
        """This function will return the account that the process's own credentials are of."""
        account: str = self._client("sts", region, self._own()).get_caller_identity()["Account"]
        return account

    def forget(self, identity: Identity) -> None:
        """This function will have the role assumed anew at the next use."""
        self._of(identity).until = 0.0

    def _of(self, identity: Identity) -> _Held:
        with self._lock:
            return self._held.setdefault(identity, _Held())

    def _credentials(self, identity: Identity) -> tuple[Credentials | None, int]:
        held = self._of(identity)
        with held.lock:
            if time.monotonic() < held.until:
                return held.credentials, 0
            if identity.role:
                held.credentials = self._assume(identity)
                held.until = time.monotonic() + _GOOD_FOR_SECONDS
            else:
                self._check_own(identity)
                held.credentials = self._own()
                held.until = float("inf")
            return held.credentials, 1

    def _own(self) -> Credentials | None:
        """The process's own; the library renews them by itself."""
        with self._lock:
            return self._both()[0].get_credentials()

    def _assume(self, identity: Identity) -> Credentials:
        given = self._client("sts", identity.region, self._own()).assume_role(
            RoleArn=identity.role, RoleSessionName=_SESSION_NAME, ExternalId=identity.external_id
        )
        if given["AssumedRoleUser"]["Arn"].split(":")[4] != identity.account:
            raise AwsRefused("OtherAccount", f"the role {identity.role} is not in account {identity.account}")
        told = given["Credentials"]
        return Credentials(told["AccessKeyId"], told["SecretAccessKey"], told["SessionToken"])

    def _check_own(self, identity: Identity) -> None:
        """The process's own credentials read no other account than the one that was named."""
        own = self._client("sts", identity.region, self._own()).get_caller_identity()["Account"]
        if own != identity.account:
            raise AwsRefused("OtherAccount", f"without a role, only account {own} can be read")

    def _client(
        self, service: str, region: str, credentials: Credentials | None, *, repeats: bool = True
    ) -> Any:
        self._lent.lend(credentials)
        key = (service, region, repeats)
        with self._lock:
            if key not in self._made:
                self._made[key] = self._make(service, region, attempts=_ATTEMPTS if repeats else 1)
            return self._made[key]

    def _both(self) -> tuple[boto3.session.Session, boto3.session.Session]:
        """The session by the standard chain, and the one whose clients sign with what is lent."""
        if self._sessions is None:
            lending = boto3.session.Session(botocore_session=session_with(self._lent))
            self._sessions = (boto3.session.Session(), lending)
        return self._sessions

    def _make(self, service: str, region: str, *, attempts: int) -> Any:
        make: Any = self._both()[1].client  # typed only for services that are named literally
        return make(
            service,
            region_name=region,
            endpoint_url=self._endpoint_url,
            config=Config(
                connect_timeout=5,
                read_timeout=20,
                user_agent_extra=_SESSION_NAME,
                retries={"mode": "standard", "total_max_attempts": attempts},
            ),
        )
