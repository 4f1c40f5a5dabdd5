"""moto's server in a process of its own, whose clock a test sets and which ends with the test run."""

from __future__ import annotations

import os
import sys
import threading
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import moto.core.utils
from werkzeug.serving import WSGIRequestHandler, make_server

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

_TOLD_FOR = timedelta(hours=1)
CLOCK_PATH = "/pilothouse-clock"


class _World:
    """The time that all of moto tells; the real one until a test sets it."""

    def __init__(self, real: Callable[[], datetime]) -> None:
        self.real = real
        self.now: datetime | None = None

    def __call__(self) -> datetime:
        return self.now or self.real()

    def set_from(self, text: str) -> None:
        self.now = datetime.fromisoformat(text).replace(tzinfo=None) if text else None
        _forget_ended(self())


def _forget_ended(now: datetime) -> None:
    """As AWS does: a terminated instance is not told any more after about an hour."""
    from moto.ec2.models import ec2_backends  # noqa: PLC0415 - only once the clock is in place

    for account in list(ec2_backends.values()):
        for backend in list(account.values()):
            for reservation in backend.reservations.values():
                reservation.instances = [one for one in reservation.instances if _is_told(one, now)]


def _is_told(instance: Any, now: datetime) -> bool:
    if instance.state != "terminated":
        return True
    told = instance._reason.partition("(")[2].removesuffix(" UTC)")  # noqa: SLF001 - as EC2 words it
    return now - datetime.fromisoformat(told) < _TOLD_FOR


class _Quiet(WSGIRequestHandler):
    protocol_version = "HTTP/1.1"  # connections are kept

    def log(self, type: str, message: str, *args: Any) -> None:  # noqa: A002 - werkzeug's signature
        """Say nothing."""


def _end_with_parent() -> None:
    """The parent holds the other end of standard input: however it ends, this process ends too."""
    sys.stdin.buffer.read()
    os._exit(0)


def main() -> None:
    """This function will serve on a free port and print it."""
    clock = _World(moto.core.utils.utcnow)
    # moto's modules take this name as they are imported, so it is set before any of them is.
    moto.core.utils.utcnow = clock
    from moto.moto_server.werkzeug_app import (  # noqa: PLC0415 - only once the clock is in place
        DomainDispatcherApplication,
        create_backend_app,
    )

    aws = DomainDispatcherApplication(create_backend_app)

    def application(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        if environ["PATH_INFO"] != CLOCK_PATH:
            answer: Iterable[bytes] = aws(environ, start_response)
            return answer
        clock.set_from(environ["QUERY_STRING"])
        start_response("200 OK", [("Content-Length", "0")])
        return []

    threading.Thread(target=_end_with_parent, daemon=True).start()
    server = make_server("127.0.0.1", 0, application, threaded=True, request_handler=_Quiet)
    sys.stdout.write(f"{server.port}\n")
    sys.stdout.flush()
    server.serve_forever()


if __name__ == "__main__":
    main()
