"""Gauges that are filled for one scrape, each about a repository."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prometheus_client.core import GaugeMetricFamily

if TYPE_CHECKING:
    from collections.abc import Mapping

    from prometheus_client.core import Metric

_PREFIX = "pilothouse_"


class Gauges:
    """Gauges that are being filled.

    Args:
        told: what each gauge says, and by what beside the repository, by its name.
    """

    def __init__(self, told: Mapping[str, tuple[str, tuple[str, ...]]]) -> None:
        self._families = {
            name: GaugeMetricFamily(name, text, labels=("repository", *labels))
            for name, (text, labels) in told.items()
        }
        self.repository = ""

    @property
    def metrics(self) -> tuple[Metric, ...]:
        """All of them, as a scrape is told."""
        return tuple(self._families.values())

    def tell(self, name: str, value: object, *labels: str) -> None:
        """This function will tell a value of the repository whose turn it is; the name is without its prefix."""
        self._families[f"{_PREFIX}{name}"].add_metric((self.repository, *labels), float(str(value)))
