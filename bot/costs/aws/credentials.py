"""Lets one client of the library sign for many accounts: as whoever its thread asks for."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from botocore.credentials import CredentialProvider, CredentialResolver, Credentials
from botocore.exceptions import NoCredentialsError
from botocore.session import Session

if TYPE_CHECKING:
    from botocore.credentials import ReadOnlyCredentials


class Lent(Credentials):
    """The credentials that a thread was given last; a thread sends one request at a time."""

    def __init__(self) -> None:
        super().__init__("", "")
        self._held = threading.local()

    def lend(self, credentials: Credentials | None) -> None:
        """This function will have this thread's next requests signed with the credentials.

        Raises:
            NoCredentialsError: there are none.
        """
        if credentials is None:
            raise NoCredentialsError
        self._held.credentials = credentials

    def get_frozen_credentials(self) -> ReadOnlyCredentials:
        """This function will return the credentials that this thread was given."""
        held: Credentials = self._held.credentials
        return held.get_frozen_credentials()


class _Lender(CredentialProvider):
    """Gives the library what was lent."""

    METHOD = "lent"
    CANONICAL_NAME = "custom-lent"

    def __init__(self, lent: Lent) -> None:
        super().__init__()
        self._lent = lent

    def load(self) -> Credentials:
        """This function will return the credentials."""
        return self._lent


def session_with(lent: Lent) -> Session:
    """This function will make a session whose clients sign with what was lent."""
    session = Session()
    session.register_component("credential_provider", CredentialResolver([_Lender(lent)]))
    return session
