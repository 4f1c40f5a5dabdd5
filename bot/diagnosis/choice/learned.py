"""Holds what was learned from labelled logs and weighs with it: trees over features, words, harmless templates."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from math import exp, log
from typing import TYPE_CHECKING

import msgspec

from bot.forms import decode

if TYPE_CHECKING:
    from collections.abc import Sequence

LEAST, GREATEST = 1e-6, 1 - 1e-6


class Tree(msgspec.Struct, frozen=True):
    """One decision tree: inner nodes are numbered from 0, a child below 0 is leaf `-child - 1`."""

    features: tuple[int, ...]
    thresholds: tuple[float, ...]  # at most this goes to the left
    left: tuple[int, ...]
    right: tuple[int, ...]
    means: tuple[float, ...]  # what an inner node's lines say on average
    leaves: tuple[float, ...]


class LineModel(msgspec.Struct, frozen=True):
    """How likely a person would quote a line, learned from labelled logs."""

    features: tuple[str, ...]  # their names, in the order of the rows
    trees: tuple[Tree, ...]
    words: dict[str, float]  # log odds of a word, a pair of words or a template
    prior: dict[str, float]  # templates that are harmless in several projects
    # Added to the log odds where green logs of the workflow have the line right below the same one …
    in_place: float = 0.0
    known: float = 0.0  # … have it elsewhere …
    unknown: float = 0.0  # … and have it not


@dataclass(frozen=True, slots=True)
class Reason:
    """How much one feature of a line speaks for quoting it, in log odds."""

    feature: str
    value: float
    weight: float


@cache
def load_lines() -> LineModel:
    """This function will return the line model that ships with the program."""
    data = files("bot.diagnosis.choice").joinpath("data/lines.json").read_bytes()
    return decode(data, LineModel)


def log_odds(trees: Sequence[Tree], rows: Sequence[Sequence[float]]) -> list[float]:
    """This function will sum up what all trees say about each row."""
    totals = [0.0] * len(rows)
    if not rows:
        return totals
    columns = tuple(zip(*rows, strict=True))
    everyone = list(range(len(rows)))
    for tree in trees:
        _descend(tree, 0 if tree.features else -1, everyone, columns=columns, totals=totals)
    return totals


def _descend(
    tree: Tree,
    node: int,
    members: list[int],
    *,
    columns: Sequence[Sequence[float]],
    totals: list[float],
) -> None:
    """Send rows down a tree together: one column is looked at for all of them at once."""
    if node < 0:
        leaf = tree.leaves[-node - 1]
        for member in members:
            totals[member] += leaf
        return
    column, threshold = columns[tree.features[node]], tree.thresholds[node]
    lower = [member for member in members if column[member] <= threshold]
    if lower:
        _descend(tree, tree.left[node], lower, columns=columns, totals=totals)
    if len(lower) < len(members):
        upper = [member for member in members if column[member] > threshold]
        _descend(tree, tree.right[node], upper, columns=columns, totals=totals)


def chance(odds: float) -> float:
    """This function will turn log odds into a probability."""
    return 1 / (1 + exp(-max(-30.0, min(30.0, odds))))


def odds_of(chance: float) -> float:
    """This function will turn a probability into log odds."""
    bounded = max(LEAST, min(GREATEST, chance))
    return log(bounded / (1 - bounded))


def reasons(model: LineModel, row: Sequence[float]) -> tuple[Reason, ...]:
    """This function will say what each feature added on the row's way down the trees, the weightiest first."""
    weights: dict[int, float] = {}
    for tree in model.trees:
        node = 0 if tree.features else -1
        while node >= 0:
            feature = tree.features[node]
            child = tree.left[node] if row[feature] <= tree.thresholds[node] else tree.right[node]
            step = (tree.means[child] if child >= 0 else tree.leaves[-child - 1]) - tree.means[node]
            weights[feature] = weights.get(feature, 0.0) + step
            node = child
    return tuple(
        Reason(model.features[feature], row[feature], weight)
        for feature, weight in sorted(weights.items(), key=lambda item: (-abs(item[1]), item[0]))
    )
