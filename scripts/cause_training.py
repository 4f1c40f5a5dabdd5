"""Learns from labelled logs which words of a quote speak for which class of cause."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np  # type: ignore[import-not-found,unused-ignore]  # of the group `train`, which set-up leaves out
from sklearn.linear_model import LogisticRegression  # type: ignore[import-not-found,import-untyped,unused-ignore]  # as above

from bot.diagnosis.choice.causes import LEARNED, CauseModel, cause_row
from bot.diagnosis.choice.words import tokens
from bot.diagnosis.report import CLASSES
from scripts.labelled_logs import folds, shares

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.diagnosis.choice.ranking import Quoted
    from scripts.labelled_logs import Labelled

PROJECTS = 3  # in so many projects a word must stand to be weighed
STRENGTH = 0.1  # the inverse of how much weights are held down
_DAMP = 0.3
_NAMES = tuple(CLASSES[cause] for cause in LEARNED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """What is quoted of one log."""

    labelled: Labelled
    lines: tuple[str, ...]

    @property
    def step(self) -> str:
        """The step or command that failed."""
        return self.labelled.log.failed_step

    @property
    def label(self) -> int | None:
        """The place of the right class in LEARNED, or None where the label says none."""
        cause = self.labelled.row["expected"]["cause"]
        return _NAMES.index(cause) if cause in _NAMES else None


def quote_of(labelled: Labelled, quoted: Sequence[Quoted]) -> Quote:
    """This function will return what the foremost failure's class is read from."""
    if not quoted:
        return Quote(labelled=labelled, lines=())
    texts = (labelled.log.lines[place].text for place in quoted[0].places)
    return Quote(labelled=labelled, lines=(quoted[0].finding.message, *texts))


class Words:
    """The words that several projects say, with how much each class says them, any one project left out."""

    def __init__(self, quotes: Sequence[Quote]) -> None:
        weight = shares([quote.labelled.project for quote in quotes])
        self._own: dict[str, dict[str, list[float]]] = defaultdict(lambda: defaultdict(_nothing))
        self._classes: dict[str, list[float]] = defaultdict(_nothing)
        for quote in quotes:
            project, label = quote.labelled.project, quote.label
            if label is None:
                continue
            self._classes[project][label] += weight[project]
            for token in {token for line in (*quote.lines, quote.step) for token in tokens(line)}:
                self._own[project][token][label] += weight[project]
        self._spread = Counter(token for found in self._own.values() for token in found)
        self._totals: dict[str, list[float]] = defaultdict(_nothing)
        for found in self._own.values():
            for token, counts in found.items():
                if self._spread[token] >= PROJECTS:
                    self._totals[token] = [a + b for a, b in zip(self._totals[token], counts, strict=True)]

    def weights(self, but: str = "") -> dict[str, tuple[float, ...]]:
        """This function will return the log odds of every word for each class, as they are without one project."""
        own = self._own.get(but, {})
        classes = [
            sum(found[place] for name, found in self._classes.items() if name != but)
            for place in range(len(LEARNED))
        ]
        return {
            token: _odds([a - b for a, b in zip(counts, own.get(token, _nothing()), strict=True)], classes)
            for token, counts in sorted(self._totals.items())
            if self._spread[token] - (token in own) >= PROJECTS
        }


def _nothing() -> list[float]:
    return [0.0] * len(LEARNED)


def _odds(counts: list[float], classes: list[float]) -> tuple[float, ...]:
    whole, every = max(0.0, sum(counts)), sum(classes)
    usual = (whole + _DAMP) / (every + _DAMP)
    return tuple(
        round(math.log((max(0.0, count) + _DAMP * usual) / (size + _DAMP) / usual), 2)
        for count, size in zip(counts, classes, strict=True)
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class CauseRows:
    """The quotes in numbers; label -1 where there is none."""

    features: Any
    labels: Any
    weights: Any
    fold: Any

    def joined(self, other: CauseRows) -> CauseRows:
        """This function will lay other rows below these."""
        return CauseRows(
            features=np.concatenate((self.features, other.features)),
            labels=np.concatenate((self.labels, other.labels)),
            weights=np.concatenate((self.weights, other.weights)),
            fold=np.concatenate((self.fold, other.fold)),
        )


def cause_rows(quotes: Sequence[Quote], words: Words) -> CauseRows:
    """This function will state quotes in numbers, each weighed by the words of other projects."""
    weight = shares([quote.labelled.project for quote in quotes])
    fold_of = folds([quote.labelled.project for quote in quotes])
    by_project = {project: words.weights(project) for project in weight}
    rows = [cause_row(quote.lines, quote.step, by_project[quote.labelled.project]) for quote in quotes]
    return CauseRows(
        features=np.array(rows),
        labels=np.array([-1 if quote.label is None else quote.label for quote in quotes]),
        weights=np.array([weight[quote.labelled.project] for quote in quotes]),
        fold=np.array([fold_of[quote.labelled.project] for quote in quotes]),
    )


def fit_causes(rows: CauseRows, but: int | None = None) -> Any:
    """This function will fit the classes' weights, one fold left out where one is named."""
    used = rows.labels >= 0
    if but is not None:
        used &= rows.fold != but
    regression = LogisticRegression(C=STRENGTH, max_iter=2000)
    return regression.fit(rows.features[used], rows.labels[used], sample_weight=rows.weights[used])


def cause_model(regression: Any, words: dict[str, tuple[float, ...]]) -> CauseModel:
    """This function will write the fitted weights down."""
    return CauseModel(
        words=words,
        weights=tuple(tuple(round(float(one), 3) for one in row) for row in regression.coef_),
        biases=tuple(round(float(one), 3) for one in regression.intercept_),
    )
