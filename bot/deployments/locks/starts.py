"""What starts the upkeep of leases: a closed pull request, the clock."""

from __future__ import annotations

from dataclasses import dataclass

from bot.engine.model import Start
from bot.github.models import RepositoryRef  # noqa: TC001 - msgspec reads the annotations at run time

FREE_PULL = "free_pull"
SWEEP_LEASES = "sweep_leases"


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosedPull:
    """A pull request that was merged or closed."""

    repository: RepositoryRef
    number: int
    cause: str  # tells this time from others: the delivery, or the sweep's hour

    def start(self) -> Start:
        """This function will make the start of the run that frees what it held."""
        return Start(
            flow=FREE_PULL,
            run_id=f"{FREE_PULL}-{self.repository.id}-{self.number}-{self.cause}",
            request=self,
            partition=f"{self.repository.full_name}#{self.number}",
        )
