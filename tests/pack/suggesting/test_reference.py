from __future__ import annotations

from collections import Counter
from pathlib import Path

from bot.config.repository import RepositoryConfig, configuration_from_yaml
from bot.pack.configuring import configured
from bot.pack.consequences import checks_of

_PATH = Path(__file__).parents[3] / "bot" / "templates" / "config" / "reference.yml"


def _reference() -> RepositoryConfig:
    found = configuration_from_yaml(_PATH.read_bytes())
    assert isinstance(found, RepositoryConfig), found
    return found


def test_the_reference_has_what_it_promises() -> None:
    """Ten groups, of which nine are crates of the product, twelve suites, one of which measures; its machines."""
    said = _reference()
    assert said.pipeline is not None
    assert said.costs is not None
    assert said.costs.cluster is not None
    packages = [group.packages for group in said.pipeline.groups.values()]
    assert (len(packages), len(set(packages))) == (10, 10)
    assert len(said.pipeline.suites) == 12
    assert [name for name, suite in said.pipeline.suites.items() if suite.measures] == ["perf-regression"]
    where = said.pipeline.infrastructure
    assert where is not None
    bought = Counter[str]()
    for machines in (where.storage, where.clients, *where.others.values()):
        bought[machines.type] += machines.count
    steered = Counter[str]()
    for group in said.costs.cluster.groups.values():
        steered[group.type] += group.count
    assert bought == steered == {"i4i.2xlarge": 5, "c7a.xlarge": 3, "t3.medium": 1}
    assert (said.costs.limit, list(said.agents)) == (100, [f"A{number}" for number in range(1, 12)])


def test_the_reference_holds_together() -> None:
    """What merges, releases and deployments say is what its pipeline means, so nothing is put into it."""
    said, text = _reference(), _PATH.read_bytes()
    assert said.pipeline is not None
    assert said.merge.checks == checks_of(said.pipeline)
    assert configured(text, said.pipeline) == text
