"""Learns what it means for a line that green logs of its repository have it, or have it not.

The labelled logs are all red: what nobody quotes of a project's other logs stands for its green ones.
"""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import replace
from functools import reduce
from typing import TYPE_CHECKING, Any

import numpy as np  # type: ignore[import-not-found,unused-ignore]  # of the group `train`, which set-up leaves out

from bot.diagnosis.choice.learned import odds_of
from bot.diagnosis.choice.templates import Familiarity, KnownTemplates
from scripts.labelled_logs import shares

if TYPE_CHECKING:
    from bot.diagnosis.log.logs import Log
    from scripts.cross_validation import Training
    from scripts.labelled_logs import Labelled

LEAST_LOGS = 3  # a project needs so many to stand for its green ones
GREEN_LOGS = 4  # of a project stand for its green ones
LEAST_LINES = 10
ORDER = tuple(Familiarity)
_ROUNDS = 25
_HOLD = 1.0  # what holds the weights down


def benign(labelled: Labelled) -> Log:
    """This function will return a log without what a person would quote of it."""
    told = labelled.quoted | labelled.neutral
    return replace(labelled.log, lines=tuple(line for line in labelled.log.lines if line.number not in told))


def learn_green_weights(training: Training) -> dict[Familiarity, float]:
    """This function will return what to add to a line's log odds, by how well green logs know it."""
    projects = defaultdict(list)
    for place, log in enumerate(training.logs):
        projects[log.project].append(place)
    weight = shares([log.project for log in training.logs])
    offsets, seen, labels, weights = [], [], [], []
    for project, places in projects.items():
        if len(places) < LEAST_LOGS:
            continue
        green = {
            place: KnownTemplates().learned(benign(training.logs[place])) for place in places[:GREEN_LOGS]
        }
        for place in places:
            known = reduce(KnownTemplates.merged, (green[other] for other in green if other != place))
            labelled = training.logs[place]
            quoted = labelled.quoted
            for index, chance in training.chances[place][0].items():
                line = labelled.log.lines[index]
                offsets.append(odds_of(chance))
                seen.append(ORDER.index(known.familiarity(labelled.log, index)))
                labels.append(line.number in quoted)
                weights.append(weight[project] / max(LEAST_LINES, len(quoted)))
    return _newton(np.array(offsets), np.array(seen), np.array(labels, dtype=float), np.array(weights))


def _newton(offsets: Any, seen: Any, labels: Any, weights: Any) -> dict[Familiarity, float]:
    """Fit one shift for each familiarity: logistic regression over what the trees say."""
    found = {}
    scaled = weights * len(weights) / weights.sum()
    for place, familiarity in enumerate(ORDER):
        chosen = seen == place
        shift = 0.0
        for _ in range(_ROUNDS):
            chances = 1 / (1 + np.exp(-(offsets[chosen] + shift)))
            slope = (scaled[chosen] * (labels[chosen] - chances)).sum() - _HOLD * shift
            curve = (scaled[chosen] * chances * (1 - chances)).sum() + _HOLD
            shift += float(slope / curve)
        found[familiarity] = round(shift, 3) if math.isfinite(shift) else 0.0
    return found
