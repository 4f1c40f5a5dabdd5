"""Configuration of a repository: `.github/pilothouse.yml` in, one frozen value or mistakes with lines out."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import msgspec
from ruamel.yaml.comments import CommentedMap

from bot.config.agents import AgentConfig, HostConfig, Name
from bot.config.costing import CostConfig, CostTerms
from bot.config.merging import MergeConfig
from bot.config.mistakes import (
    PATH,
    ConfigurationErrors,
    ConfigurationMistake,
    placed,
    plain,
    wrong_in,
)
from bot.config.pipeline import PipelineConfig
from bot.config.policy import EnvironmentConfig
from bot.config.releasing import ReleaseConfig
from bot.config.sense import senseless
from bot.config.sense_costing import sense_of_costs
from bot.config.sense_infrastructure import sense_of_clusters
from bot.config.sense_merging import sense_of_merge
from bot.config.sense_pipeline import sense_of_pipeline
from bot.config.sense_releasing import sense_of_release
from bot.config.sense_supervising import Supervised, sense_of_supervision
from bot.config.strangers_yaml import UnreadableYamlError, read_yaml
from bot.config.supervising import SupervisionConfig
from bot.forms import convert
from bot.github.contents import get_file

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from bot.config.mistakes import Path
    from bot.github.client import RepositoryClient

__all__ = [
    "PATH",
    "ConfigurationErrors",
    "ConfigurationMistake",
    "DiagnosisConfig",
    "RepositoryConfig",
    "configuration_from_yaml",
    "json_schema",
    "read_configuration",
]

T = TypeVar("T")

_SIZE_LIMIT = 64 * 1024


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
    merge: MergeConfig = MergeConfig()
    release: ReleaseConfig = ReleaseConfig()
    pipeline: Annotated[
        PipelineConfig | None,
        msgspec.Meta(
            description="The pipeline whose workflows `pilothouse init` writes; without it there is none."
        ),
    ] = None
    hosts: Annotated[
        dict[Name, HostConfig],
        msgspec.Meta(description="Machines that agents and fixers run on, by name.", max_length=100),
    ] = {}
    agents: Annotated[
        dict[Name, AgentConfig], msgspec.Meta(description="Agents by name.", max_length=1000)
    ] = {}
    supervision: Annotated[
        SupervisionConfig | None,
        msgspec.Meta(description="What is watched and mended; without it nothing is."),
    ] = None
    costs: Annotated[
        CostTerms | None, msgspec.Meta(description="The daily budget; without it no costs are kept.")
    ] = None

    @property
    def budget(self) -> CostConfig | None:
        """The terms of cost with the agents they are about; None where no costs are kept."""
        if self.costs is None:
            return None
        return CostConfig(**msgspec.structs.asdict(self.costs), agents=self.agents, hosts=self.hosts)


def configuration_from_yaml(text: bytes) -> RepositoryConfig | ConfigurationErrors:
    """This function will read the text of a configuration file; an empty file is the default configuration."""
    if len(text) > _SIZE_LIMIT:
        return _mistake(1, 1, f"the file has {len(text)} bytes; at most {_SIZE_LIMIT} are read")
    try:
        document = read_yaml(text)
    except UnreadableYamlError as error:
        return _mistake(error.line, error.column, str(error))
    if document is None:
        return RepositoryConfig()
    return _convert(document)


async def read_configuration(repo: RepositoryClient) -> RepositoryConfig | ConfigurationErrors:
    """This function will read the configuration from the default branch; without a file it is the default."""
    text = await get_file(repo, PATH)
    if text is None:
        return RepositoryConfig()
    return await asyncio.to_thread(configuration_from_yaml, text)  # a large file takes seconds


def json_schema() -> dict[str, Any]:
    """This function will return the JSON Schema of the configuration file."""
    schema = msgspec.json.schema(RepositoryConfig)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": PATH, **schema}


def _convert(document: Any) -> RepositoryConfig | ConfigurationErrors:
    """Convert what has the right form, and hold what it says against what can be."""
    if not isinstance(document, CommentedMap):
        return _mistake(1, 1, "the file must be a mapping with keys such as environments")
    wrong = wrong_in(document, RepositoryConfig)
    environments = _named(document, "environments", EnvironmentConfig, wrong)
    places = {path[:2] for path, _ in wrong}
    costs = _given(document, "costs", CostTerms, places)
    pipeline = _whole(document, "pipeline", PipelineConfig, places)
    found = (
        *wrong,
        *senseless(environments),
        *sense_of_merge(_part(document, "merge", MergeConfig, places)),
        *sense_of_release(_part(document, "release", ReleaseConfig, places), tuple(environments)),
        *sense_of_pipeline(pipeline),
        *sense_of_clusters(pipeline, costs),
        *sense_of_costs(costs),
        *sense_of_supervision(
            Supervised(
                agents=_named(document, "agents", AgentConfig, wrong),
                hosts=_named(document, "hosts", HostConfig, wrong),
                supervision=_given(document, "supervision", SupervisionConfig, places),
                accounts=tuple(account.id for account in costs.accounts) if costs is not None else (),
            )
        ),
    )
    return placed(document, found) if found else convert(plain(document), RepositoryConfig)


def _named(
    document: CommentedMap, part: str, form: type[T], wrong: Collection[tuple[Path, str]]
) -> Mapping[str, T | None]:
    """What is listed by name, without those keys that have the wrong form; None for one that is no mapping."""
    named, places = document.get(part), {path[:3] for path, _ in wrong}
    found: dict[str, T | None] = {}
    for name, said in named.items() if isinstance(named, CommentedMap) else ():
        place = (part, name)
        keys = said if isinstance(said, CommentedMap) and place not in places else ()
        kept = {key: plain(said[key]) for key in keys if (*place, key) not in places}
        found[str(name)] = convert(kept, form) if keys or said == {} else None
    return found


def _given(document: CommentedMap, name: str, form: type[T], wrong: Collection[Path]) -> T | None:
    """As `_part`; None where the file does not have it."""
    return _part(document, name, form, wrong) if document.get(name) is not None else None


def _whole(document: CommentedMap, name: str, form: type[T], wrong: Collection[Path]) -> T | None:
    """As `_given`; None where any of its keys has the wrong form, too: it has keys that it must have."""
    return None if any(place[0] == name for place in wrong) else _given(document, name, form, wrong)


def _part(document: CommentedMap, name: str, form: type[T], wrong: Collection[Path]) -> T:
    """A part of the file without those of its keys that have the wrong form."""
    said = document.get(name)
    keys = said if isinstance(said, CommentedMap) else ()
    return convert({key: plain(said[key]) for key in keys if (name, key) not in wrong}, form)


def _mistake(line: int, column: int, message: str) -> ConfigurationErrors:
    return ConfigurationErrors(mistakes=(ConfigurationMistake(line=line, column=column, message=message),))
