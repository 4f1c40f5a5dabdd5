"""Writes a pipeline into `.github/pilothouse.yml`, with what merges, releases and deployments need for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.config.mistakes import ConfigurationErrors, ConfigurationMistake
from bot.config.repository import RepositoryConfig, configuration_from_yaml
from bot.pack.consequences import COMMENTS, HEADER, following
from bot.pack.policy_file.edits import Wanted, edited
from bot.pack.policy_file.saying import all_of, said_of

if TYPE_CHECKING:
    from bot.config.pipeline import PipelineConfig

_NO_PLACE = (
    "something in it leaves no place for the pipeline: an anchor, a merged key or the end of a document; "
    "write it out"
)
_MARK = "\ufeff"


class RefusedConfigurationError(Exception):
    """A pipeline cannot be written into the file as it stands; the mistakes say where, and why."""

    def __init__(self, mistakes: tuple[ConfigurationMistake, ...]) -> None:
        super().__init__("; ".join(str(one) for one in mistakes))
        self.mistakes = mistakes


def configured(existing: bytes | None, pipeline: PipelineConfig) -> bytes:
    """This function will write a pipeline into a configuration file, and leave all else in it as it stands.

    What merges, releases and deployments need for it is written where the file says nothing of it, and follows the
    pipeline from then on as long as nobody changes it. The same pipeline once more changes nothing.

    Raises:
        RefusedConfigurationError: the file has mistakes, or is written so that nothing can be put into it.
    """
    had = _read(existing or b"")
    text = (existing or b"").decode("utf-8")
    mark, text = (_MARK, text.removeprefix(_MARK)) if text.startswith(_MARK) else ("", text)
    want = following(had, pipeline)
    wanted = Wanted(had=all_of(had), want=all_of(want), said=said_of(want), comments=COMMENTS)
    is_dos = "\r\n" in text
    new = edited(text.replace("\r\n", "\n") or HEADER, wanted)
    if new is None:
        raise _refused(1, "it is written in braces as a whole; write each key on a line of its own")
    result = (mark + (new.replace("\n", "\r\n") if is_dos else new)).encode()
    if result != existing:
        _check(result, want)
    return result


def _check(result: bytes, want: RepositoryConfig) -> None:
    """What was written is read as the bot will read it, before anybody believes it."""
    found = configuration_from_yaml(result)
    if isinstance(found, ConfigurationErrors) and not _is_torn(found):
        raise RefusedConfigurationError(found.mistakes)
    if found != want:
        raise _refused(1, _NO_PLACE)


def _is_torn(found: ConfigurationErrors) -> bool:
    return any(one.message.startswith("not valid YAML") for one in found.mistakes)


def _read(text: bytes) -> RepositoryConfig:
    found = configuration_from_yaml(text)
    if isinstance(found, ConfigurationErrors):
        raise RefusedConfigurationError(found.mistakes)
    return found


def _refused(line: int, message: str) -> RefusedConfigurationError:
    return RefusedConfigurationError((ConfigurationMistake(line=line, column=1, message=message),))
