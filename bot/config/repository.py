"""Configuration of a repository: `.github/pilothouse.yml` in, one frozen value or mistakes with lines out."""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING, Annotated, Any

import msgspec
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from bot.config.policy import EnvironmentConfig  # noqa: TC001 - msgspec reads the annotations at run time
from bot.github.contents import get_file

if TYPE_CHECKING:
    from bot.github.client import RepositoryClient

PATH = ".github/pilothouse.yml"
_SIZE_LIMIT = 256 * 1024

# msgspec words a pattern as a pattern; a person wants to know what to write.
_WORDS = (
    ("it takes the name of a workflow file, such as deploy.yml", "ya?ml"),
    ("it takes a length of time: 30s, 10m, 6h or 2d", "[smhd]"),
)


class DiagnosisConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is said about failed workflow runs."""

    comment: Annotated[bool, msgspec.Meta(description="Whether a summary comment is written.")] = True
    check: Annotated[
        bool, msgspec.Meta(description="Whether the check run with annotations is published.")
    ] = True
    ignore_workflows: Annotated[
        tuple[str, ...], msgspec.Meta(description="File names of workflows whose failures are not diagnosed.")
    ] = ()
    retry: Annotated[
        bool,
        msgspec.Meta(
            description="Whether jobs that the machine failed, or that are proven flaky, are started again once."
        ),
    ] = True


class RepositoryConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Everything a repository may say about how Pilothouse works in it."""

    version: Annotated[int, msgspec.Meta(ge=1, le=1, description="The version of this format.")] = 1
    environments: Annotated[
        dict[str, EnvironmentConfig], msgspec.Meta(description="Environments by name, as GitHub knows them.")
    ] = {}
    diagnosis: DiagnosisConfig = DiagnosisConfig()


class ConfigurationMistake(msgspec.Struct, frozen=True, kw_only=True):
    """One mistake in a configuration file, with its place."""

    line: int  # from 1
    column: int  # from 1
    message: str

    def __str__(self) -> str:
        return f"{PATH}:{self.line}:{self.column}: {self.message}"


class ConfigurationErrors(msgspec.Struct, frozen=True, kw_only=True):
    """A configuration file that cannot be used, and why."""

    mistakes: tuple[ConfigurationMistake, ...]


def configuration_from_yaml(text: bytes) -> RepositoryConfig | ConfigurationErrors:
    """This function will read the text of a configuration file; an empty file is the default configuration."""
    if len(text) > _SIZE_LIMIT:
        return _mistake(1, 1, f"the file has {len(text)} bytes; at most {_SIZE_LIMIT} are read")
    try:
        document = YAML(typ="rt", pure=True).load(io.StringIO(text.decode("utf-8")))
    except UnicodeDecodeError as error:
        return _mistake(text.count(b"\n", 0, error.start) + 1, 1, "the file is not UTF-8")
    except MarkedYAMLError as error:
        mark = error.problem_mark
        place = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        return _mistake(place[0], place[1], f"not valid YAML: {error.problem}")
    except (YAMLError, ValueError, RecursionError) as error:
        return _mistake(1, 1, f"not valid YAML: {error}")
    if document is None:
        return RepositoryConfig()
    return _convert(document)


async def read_configuration(repo: RepositoryClient) -> RepositoryConfig | ConfigurationErrors:
    """This function will read the configuration from the default branch; without a file it is the default."""
    text = await get_file(repo, PATH)
    return RepositoryConfig() if text is None else configuration_from_yaml(text)


def json_schema() -> dict[str, Any]:
    """This function will return the JSON Schema of the configuration file."""
    schema = msgspec.json.schema(RepositoryConfig)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": PATH, **schema}


def _convert(document: Any) -> RepositoryConfig | ConfigurationErrors:
    """Convert key by key, so that every mistake is found, not only the first."""
    if not isinstance(document, CommentedMap):
        return _mistake(1, 1, "the file must be a mapping with keys such as environments")
    mistakes: list[ConfigurationMistake] = []
    for trial, place in _trials(document):
        try:
            msgspec.convert(_plain(trial), RepositoryConfig)
        except msgspec.ValidationError as error:
            mistakes.append(_located(document, error, place))
    if mistakes:
        unique = {(mistake.line, mistake.column, mistake.message): mistake for mistake in mistakes}
        return ConfigurationErrors(mistakes=tuple(unique[key] for key in sorted(unique)))
    return msgspec.convert(_plain(document), RepositoryConfig)


def _trials(document: CommentedMap) -> list[tuple[Any, tuple[Any, ...]]]:
    """The document in its smallest parts that can be checked alone, each with the path of the part."""
    trials: list[tuple[Any, tuple[Any, ...]]] = []
    for key, value in document.items():
        nested = value if isinstance(value, CommentedMap) and key in {"environments", "diagnosis"} else None
        if not nested:
            trials.append(({key: value}, (key,)))
            continue
        for name, inner in nested.items():
            if key == "environments" and isinstance(inner, CommentedMap) and inner:
                trials += [({key: {name: {field: inner[field]}}}, (key, name, field)) for field in inner]
            else:
                trials.append(({key: {name: inner}}, (key, name)))
    return trials


def _located(
    document: CommentedMap, error: msgspec.ValidationError, path: tuple[Any, ...]
) -> ConfigurationMistake:
    node: Any = document
    line, column = 0, 0
    for key in path:
        if not isinstance(node, CommentedMap) or key not in node:
            break
        line, column = node.lc.key(key)
        node = node[key]
    message, _, where = str(error).partition(" - at ")
    message = next((words for words, pattern in _WORDS if pattern in message), message)
    named = ".".join(str(key) for key in path)
    if where.endswith("]`") and isinstance(node, CommentedSeq):
        index = re.search(r"\[(\d+)\]`$", where)
        if index and int(index[1]) < len(node):
            line, column = node.lc.item(int(index[1]))
    return ConfigurationMistake(line=line + 1, column=column + 1, message=f"{named}: {message}")


def _plain(node: Any) -> Any:
    """The YAML node without its line marks, in types that msgspec checks strictly."""
    match node:
        case dict():
            return {_plain(key): _plain(value) for key, value in node.items()}
        case list():
            return [_plain(value) for value in node]
        case bool() | None:
            return node
        case int():
            return int(node)
        case float():
            return float(node)
        case _:  # text, and dates, which are text to us
            return str(node)


def _mistake(line: int, column: int, message: str) -> ConfigurationErrors:
    return ConfigurationErrors(mistakes=(ConfigurationMistake(line=line, column=column, message=message),))
