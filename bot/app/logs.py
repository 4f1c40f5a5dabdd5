"""Structured logs on standard error: one JSON object a line, or readable text on a terminal; secrets never."""

from __future__ import annotations

import logging
import sys
from functools import partial
from typing import TYPE_CHECKING

import structlog

from bot.redaction import redact

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType
    from typing import TypeAlias

    from structlog.typing import EventDict, Processor, WrappedLogger

    Hook: TypeAlias = Callable[[type[BaseException], BaseException, TracebackType | None], object]


def configure_logs(level: str) -> None:
    """This function will send every log line of the process through redaction to standard error.

    The libraries' lines, and what ends the process, come in the same form: who reads them is often a program.
    """
    structlog.configure(
        processors=[*_processors(), _renderer()],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(level.upper())),
        logger_factory=structlog.WriteLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[structlog.stdlib.add_logger_name],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                *_processors(),
                _renderer(),
            ],
        )
    )
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    logging.captureWarnings(capture=True)
    sys.excepthook = partial(_ended_by, sys.excepthook)


def _processors() -> tuple[Processor, ...]:
    return (
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        _redacted,
    )


def _renderer() -> Processor:
    if sys.stderr.isatty():
        return structlog.dev.ConsoleRenderer()
    return structlog.processors.JSONRenderer(ensure_ascii=False)


def _redacted(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    return {key: redact(value) if isinstance(value, str) else value for key, value in event.items()}


def _ended_by(
    before: Hook, kind: type[BaseException], error: BaseException, trace: TracebackType | None
) -> None:
    if issubclass(kind, Exception):
        structlog.get_logger().critical("process_failed", exc_info=(kind, error, trace))
    else:
        before(kind, error, trace)
