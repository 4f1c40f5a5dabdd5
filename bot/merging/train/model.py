"""The nouns of a train: who runs it, what wakes it, what a batch's commit was found to be."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from enum import StrEnum

from bot.engine.model import Queue, Signal, Start
from bot.github.models import RepositoryRef, Sha  # noqa: TC001 - msgspec reads the annotations at run time
from bot.merging.model import Car  # noqa: TC001 - as above

TRAIN = "merge_train"  # the flow that tests what is ready for a base, and merges it
NEWS = "train_news"  # the topic on which it hears that something moved
_DIGITS = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class RunTrain:
    """Something is ready to be merged into a base by its train."""

    repository: RepositoryRef
    base_ref: str
    cause: str  # tells this train from others of the base

    def start(self) -> Start:
        """This function will make the start of the run; of one base, one train runs at a time."""
        key = hashlib.sha256(f"{self.base_ref}\n{self.cause}".encode()).hexdigest()[:_DIGITS]
        return Start(
            flow=TRAIN,
            run_id=f"train-{self.repository.id}-{key}",
            request=self,
            partition=f"{self.repository.full_name}@{self.base_ref}",
            queue=Queue.DEPLOYMENTS,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainNews:
    """Something moved that a train may wait for; how it stands now is read."""

    cause: str
    sha: Sha | None = None  # the commit of a batch whose checks moved
    is_base: bool = False  # whether the base may have moved

    def signal(self, run_id: str) -> Signal:
        """This function will make the signal to the train's run."""
        return Signal(run_id=run_id, topic=NEWS, message=self, key=self.cause)


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """A pull request that could not be built on top of those before it."""

    number: int
    after: tuple[int, ...]  # those before it in its batch
    text: str  # GitHub's words, as it wrote them


@dataclass(frozen=True, slots=True, kw_only=True)
class Built:
    """What came of building a batch."""

    head_sha: Sha | None  # of the commit to be tested; None where nobody was left
    cars: tuple[Car, ...]
    left_out: tuple[LeftOut, ...] = ()


class Standing(StrEnum):
    """What the checks of a batch's commit say."""

    RUNNING = "running"
    SETTLING = "settling"  # green, and watched a while longer
    GREEN = "green"
    RED = "red"
    SILENT = "silent"  # something that must be green never began


@dataclass(frozen=True, slots=True, kw_only=True)
class FailedCheck:
    """An expected check that is red, or did not end in time."""

    name: str
    url: str = ""
    detail: str = ""  # what its log says first, as it says it


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """How a batch's commit stands now."""

    standing: Standing
    failed: tuple[FailedCheck, ...] = ()
    silent: tuple[str, ...] = ()  # names of expected checks that nothing has reported
