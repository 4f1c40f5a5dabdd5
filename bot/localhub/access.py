"""Who may do what: App JWTs, installation tokens and the permission each operation asks for."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from bot.localhub.exchange import Identity, Refused, not_found
from bot.localhub.state.nouns import Installation

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from bot.localhub.operations import Operation
    from bot.localhub.state.authorizations import Authorizations
    from bot.localhub.state.nouns import App, Repository, User
    from bot.localhub.state.store import Store

LONGEST_JWT = timedelta(minutes=10)
TOKEN_LIFE = timedelta(hours=1)
LEVELS = ("read", "write", "admin")
_FOR_COLLABORATORS = {"actions_variables", "environments", "secrets"}


@cache
def generated_key() -> str:
    """This function will make one RSA key for this process; making them is slow."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    ).decode()


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """An installation token and what it is good for."""

    text: str
    installation: Installation
    permissions: dict[str, str]
    repository_ids: frozenset[int] | None
    expires_at: datetime


class Access:
    """The credentials the local GitHub has handed out or accepts."""

    def __init__(self, store: Store, app: App, private_key_pem: str, authorizations: Authorizations) -> None:
        self._store = store
        self._app = app
        self.authorizations = authorizations
        self.trust(private_key_pem)
        self._tokens: dict[str, Token] = {}
        self._people: dict[str, User] = {}  # by their personal access tokens

    def trust(self, private_key_pem: str) -> None:
        """This function will take the App's JWTs as signed with this key from now on."""
        # The key was made here; to prove again that it is one would take longer than all else at the start.
        private = serialization.load_pem_private_key(
            private_key_pem.encode(), password=None, unsafe_skip_rsa_key_validation=True
        )
        self._public_key = private.public_key()

    def identify(self, authorization: str) -> Identity:
        """This function will say who an Authorization header stands for.

        Raises:
            Refused: 401, it stands for nobody any more.
        """
        if not authorization:
            return Identity()
        scheme, _, secret = authorization.partition(" ")
        if scheme.lower() == "basic":
            return self._by_client(secret)
        if scheme.lower() not in {"bearer", "token"} or not secret:
            raise Refused(401, "Bad credentials")
        if secret.startswith("ghs_"):
            return self._by_token(secret)
        if secret.startswith("ghu_"):
            return self._by_user_token(secret)
        if secret in self._people:
            return Identity(person=self._people[secret])
        if secret.count(".") == 2:  # noqa: PLR2004 - header.payload.signature
            return self._by_jwt(secret)
        raise Refused(401, "Bad credentials")

    def _by_client(self, encoded: str) -> Identity:
        """The App by its client id and secret, as for tokens that people gave it."""
        try:
            name, _, secret = base64.b64decode(encoded).decode().partition(":")
        except ValueError as wrong:
            raise Refused(401, "Bad credentials") from wrong
        if not self.authorizations.is_client(name, secret):
            raise Refused(401, "Bad credentials")
        return Identity(app=self._app, is_by_app=True)

    def _by_user_token(self, secret: str) -> Identity:
        person = self.authorizations.person_of(secret)
        if person is None:
            raise Refused(401, "Bad credentials")
        return Identity(person=person, is_by_app=True, token=secret)

    def _by_token(self, secret: str) -> Identity:
        token = self._tokens.get(secret)
        if token is None or token.expires_at <= self._store.exact_now():
            self._tokens.pop(secret, None)
            raise Refused(401, "Bad credentials")
        is_ours = token.installation.app is self._app
        if is_ours and token.installation.id not in self._store.installations:
            raise Refused(401, "Bad credentials")
        if token.installation.suspended_at is not None:
            raise Refused(403, "This installation has been suspended")
        return Identity(
            app=token.installation.app,
            installation=token.installation,
            permissions=token.permissions,
            repository_ids=token.repository_ids,
            token=secret,
        )

    def _by_jwt(self, secret: str) -> Identity:
        if not self._app.is_registered:  # as octokit/rest.js#218 was told
            raise Refused(404, "Integration not found")
        try:
            claims: dict[str, Any] = jwt.decode(
                secret,
                self._public_key,  # type: ignore[arg-type]  # the key was loaded from an RSA PEM
                algorithms=["RS256"],
                options={
                    "verify_exp": False,
                    "verify_iat": False,
                    "verify_aud": False,
                    "require": ["iat", "exp", "iss"],
                },
            )
        except jwt.PyJWTError as wrong:
            raise Refused(401, "A JSON web token could not be decoded") from wrong
        self._check_claims(claims)
        return Identity(app=self._app)

    def _check_claims(self, claims: Mapping[str, Any]) -> None:
        now = self._store.exact_now()
        if str(claims["iss"]) not in {self._app.client_id, str(self._app.id)}:
            raise Refused(401, "'Issuer' claim ('iss') must be the client ID or the App ID")
        times = claims["iat"], claims["exp"]
        if not all(isinstance(time, int) for time in times):
            raise Refused(401, "'Issued at' claim ('iat') must be an Integer")
        issued, expires = (datetime.fromtimestamp(time, UTC) for time in times)
        if issued > now:
            raise Refused(401, "'Issued at' claim ('iat') must be in the past")
        if expires <= now:
            raise Refused(401, "'Expiration time' claim ('exp') must be in the future")
        if expires > now + LONGEST_JWT:
            raise Refused(401, "'Expiration time' claim ('exp') is too far in the future")

    def issue(
        self,
        installation: Installation,
        *,
        permissions: dict[str, str] | None,
        repository_ids: Iterable[int] | None,
    ) -> Token:
        """This function will make an installation token, narrowed where asked.

        Raises:
            Refused: 422, it asks for more than the installation has.
        """
        granted = {"metadata": "read", **installation.permissions}
        for name, level in (permissions or {}).items():
            if not covers(granted, name, level):
                raise Refused(422, "The permissions requested are not granted to this installation.")
        wanted = None if repository_ids is None else frozenset(repository_ids)
        if wanted is not None and not wanted <= installation.repository_ids:
            raise Refused(422, "There is at least one repository that does not exist or is not accessible")
        token = Token(
            text=self._new_text(installation),
            installation=installation,
            permissions={"metadata": "read", **permissions} if permissions else granted,
            repository_ids=wanted,
            expires_at=self._store.now() + TOKEN_LIFE,
        )
        self._tokens[token.text] = token
        return token

    def job_token(self, repository: Repository, permissions: dict[str, str]) -> Token:
        """This function will make the token that a job of a workflow gets as GITHUB_TOKEN."""
        installation = Installation(
            id=self._store.next_id(),
            app=self._store.actions_app,
            account=repository.owner,
            permissions=permissions,
            events=(),
            repository_ids={repository.id},
            created_at=self._store.now(),
        )
        return self.issue(installation, permissions=permissions, repository_ids=[repository.id])

    def personal_token(self, person: User) -> str:
        """This function will make a classic personal access token with the scope `repo`."""
        text = f"ghp_{hashlib.sha256(f'{person.id}.{self._store.next_id()}'.encode()).hexdigest()[:36]}"
        self._people[text] = person
        return text

    def _new_text(self, installation: Installation) -> str:
        """The form since April 2026: ghs_APPID_JWT."""
        seed = f"{installation.id}.{self._store.next_id()}".encode()
        parts = (
            b'{"alg":"ES256","typ":"JWT"}',
            b'{"iss":"github","sub":"%d","jti":"%s"}' % (installation.id, seed),
            hashlib.sha512(seed).digest(),
        )
        text = ".".join(base64.urlsafe_b64encode(part).decode().rstrip("=") for part in parts)
        return f"ghs_{self._app.id}_{text}"

    def revoke(self, secret: str) -> None:
        """This function will make a token useless."""
        self._tokens.pop(secret, None)

    def expire_all(self) -> None:
        """This function will make every token handed out so far useless."""
        self._tokens.clear()


def covers(granted: Mapping[str, str], name: str, level: str) -> bool:
    """This function will say whether granted permissions include one of at least this level."""
    have = granted.get(name)
    return have in LEVELS and LEVELS.index(have) >= LEVELS.index(level)


def check(operation: Operation, identity: Identity, repository: Repository | None) -> None:
    """This function will let an allowed call pass.

    Raises:
        Refused: 401 for the wrong kind of credential, 403 for a missing permission.
    """
    if operation.credential == "client":
        if identity.app is None or not identity.is_by_app:
            raise not_found()
    elif operation.credential == "app JWT":
        if identity.app is None or identity.installation is not None or identity.is_by_app:
            raise Refused(401, "A JSON web token could not be decoded")
    elif operation.credential == "installation token":
        _check_token(operation, identity, repository)
    elif operation.credential != "any or none" and identity.app is None and identity.person is None:
        raise Refused(401, "Requires authentication")


def _check_token(operation: Operation, identity: Identity, repository: Repository | None) -> None:
    if identity.person is not None:
        _check_person(operation, identity.person, repository)
        return
    if repository is not None and _public_read(operation, identity, repository):
        return
    if identity.installation is None:
        raise Refused(401, "Requires authentication")
    seen = repository is None or identity.sees(repository)
    if not seen or not any(_has_all(identity.permissions, one) for one in operation.any_of):
        accepted = "; ".join(
            ",".join(f"{name}={level}" for name, level in one.items()) for one in operation.any_of
        )
        raise Refused(
            403,
            "Resource not accessible by integration",
            headers={"X-Accepted-GitHub-Permissions": accepted},
        )


def _check_person(operation: Operation, person: User, repository: Repository | None) -> None:
    """A person's role decides; a person only reads here."""
    if operation.method != "GET":
        raise Refused(403, "Resource not accessible by personal access token")
    role = "none" if repository is None else repository.role_of(person)
    wanted = {name for one in operation.any_of for name in one}
    if "administration" in wanted and role != "admin":
        raise Refused(403, "Must have admin rights to Repository.")
    if wanted & _FOR_COLLABORATORS and role not in {"write", "maintain", "admin"}:
        raise Refused(403, "Resource not accessible by personal access token")


def _has_all(granted: Mapping[str, str], wanted: Mapping[str, str]) -> bool:
    return all(covers(granted, name, level) for name, level in wanted.items())


def _public_read(operation: Operation, identity: Identity, repository: Repository) -> bool:
    """Everyone may read a public repository; an installation still needs its permission on its own."""
    return operation.method == "GET" and not repository.private and not identity.sees(repository)
