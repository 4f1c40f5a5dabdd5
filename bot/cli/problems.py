"""What keeps a command of the command line from starting."""

from __future__ import annotations

import click

_WRONG_CONFIGURATION = 78  # EX_CONFIG of sysexits.h
_NOT_NOW = 75  # EX_TEMPFAIL


class StartError(click.ClickException):
    """Something outside the program keeps it from starting; the message says what and what to do."""

    exit_code = _WRONG_CONFIGURATION


class NotNowError(StartError):
    """What keeps it from starting may pass by itself: whoever looks after the process starts it again."""

    exit_code = _NOT_NOW
