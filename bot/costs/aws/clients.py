"""Makes and keeps the library's clients: by role, service and region, with credentials that are still good."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import boto3.session
from botocore.config import Config

from bot.costs.aws.errors import AwsRefused

if TYPE_CHECKING:
    from collections.abc import Mapping

_SESSION_NAME = "pilothouse"
_GOOD_FOR_SECONDS = 55 * 60  # of the hour that AWS gives at least
_ATTEMPTS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """As whom AWS is asked: by a role in the account, or as the process itself."""

    account: str
    role: str = ""
    external_id: str = ""
    region: str = "us-east-1"  # where the role is assumed


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """What a client is for."""

    identity: Identity
    service: str
    region: str
    repeats: bool = True  # whether a request whose answer was lost may be sent again


@dataclass(slots=True)
class _Assumed:
    lock: threading.Lock = field(default_factory=threading.Lock)
    keys: Mapping[str, str] | None = None
    until: float = 0.0  # on the monotonic clock: a clock that people set may jump


class Clients:
    """Clients of the library; they may be used by many threads, and are made by one at a time."""

    def __init__(self, endpoint_url: str) -> None:
        self._endpoint_url = endpoint_url or None
        self._lock = threading.Lock()
        self._session: boto3.session.Session | None = None
        self._assumed: dict[Identity, _Assumed] = {}
        self._made: dict[Use, tuple[Mapping[str, str] | None, Any]] = {}
        self._own_account = ""

    def client(self, use: Use) -> tuple[Any, int]:
        """This function will return a client for the use, and how many requests that took."""
        keys, asked = self._keys(use.identity)
        with self._lock:
            held = self._made.get(use)
            if held is None or held[0] is not keys:
                held = (keys, self._make(use, keys))
                self._made[use] = held
        return held[1], asked

    def forget(self, identity: Identity) -> None:
        """This function will have the role assumed anew at the next use."""
        self._of(identity).until = 0.0

    def _of(self, identity: Identity) -> _Assumed:
        with self._lock:
            return self._assumed.setdefault(identity, _Assumed())

    def _keys(self, identity: Identity) -> tuple[Mapping[str, str] | None, int]:
        held = self._of(identity)
        with held.lock:
            if time.monotonic() < held.until:
                return held.keys, 0
            if identity.role:
                held.keys = self._assume(identity)
                held.until = time.monotonic() + _GOOD_FOR_SECONDS
            else:
                self._check_own(identity)
                held.until = float("inf")
            return held.keys, 1

    def _sts(self, identity: Identity) -> Any:
        own = Identity(account="")
        with self._lock:
            return self._make(Use(identity=own, service="sts", region=identity.region), None)

    def _assume(self, identity: Identity) -> Mapping[str, str]:
        given = self._sts(identity).assume_role(
            RoleArn=identity.role, RoleSessionName=_SESSION_NAME, ExternalId=identity.external_id
        )
        if given["AssumedRoleUser"]["Arn"].split(":")[4] != identity.account:
            raise AwsRefused("OtherAccount", f"the role {identity.role} is not in account {identity.account}")
        credentials = given["Credentials"]
        return {
            "aws_access_key_id": credentials["AccessKeyId"],
            "aws_secret_access_key": credentials["SecretAccessKey"],
            "aws_session_token": credentials["SessionToken"],
        }

    def _check_own(self, identity: Identity) -> None:
        """The process's own credentials read no other account than the one that was named."""
        own = self._sts(identity).get_caller_identity()["Account"]
        if own != identity.account:
            raise AwsRefused("OtherAccount", f"without a role, only account {own} can be read")

    def _make(self, use: Use, keys: Mapping[str, str] | None) -> Any:
        if self._session is None:
            self._session = boto3.session.Session()
        make: Any = self._session.client  # typed only for services that are named literally
        return make(
            use.service,
            region_name=use.region,
            endpoint_url=self._endpoint_url,
            config=Config(
                connect_timeout=5,
                read_timeout=20,
                user_agent_extra=_SESSION_NAME,
                retries={"mode": "standard", "total_max_attempts": _ATTEMPTS if use.repeats else 1},
            ),
            **(keys or {}),
        )
