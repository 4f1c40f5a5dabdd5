"""Learns from labelled logs which lines people quote: weights of words, harmless templates, trees over features."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import lightgbm  # type: ignore[import-not-found,unused-ignore]  # of the group `train`, which set-up leaves out
import numpy as np  # type: ignore[import-not-found,unused-ignore]  # as above

from bot.diagnosis.choice.features import NAMES, candidates, weigh
from bot.diagnosis.choice.learned import LineModel, Tree
from bot.diagnosis.choice.ranking import rank_findings
from bot.diagnosis.choice.templates import Familiarity, fold
from bot.diagnosis.choice.words import tokens
from scripts.labelled_logs import FOLDS, Labelled, folds, shares

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

SEED = 3
PROJECTS = 3  # in so many projects a word must stand to be weighed
HARMLESS = 2  # in so many projects a template must be harmless to count as such
SAMPLED = 0.35  # of the lines nobody quotes
GUESSED = 0.3  # what a log counts whose tool no parser knows, made of one they know
LEAST_LINES = 10  # quotes shorter than this count as this long
_DAMP, _USUAL = 0.5, 0.1
ROUNDS = 150
SETTINGS = {
    "objective": "binary", "num_leaves": 16, "learning_rate": 0.06, "min_data_in_leaf": 40,
    "min_sum_hessian_in_leaf": 5,
    "feature_fraction": 0.4, "bagging_fraction": 0.8, "bagging_freq": 1, "lambda_l2": 5, "max_bin": 63,
    "verbose": -1, "seed": SEED, "num_threads": 1, "deterministic": True, "force_row_wise": True,
}  # fmt: skip

Counts = dict[str, tuple[float, float]]  # token: weight in quoted lines, in others


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """The weighed lines of one log: indexes, features, and 1 quoted, 0 not, -1 neutral."""

    indexes: tuple[int, ...]
    features: Any
    labels: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Vocabulary:
    """What the words and templates of all projects say, any one project left out."""

    counts: dict[str, Counts]  # by project
    totals: dict[str, tuple[float, float, int]]
    templates: dict[str, frozenset[str]]  # harmless ones, by project
    spread: Counter[str]

    def words(self, but: str = "") -> dict[str, float]:
        """This function will return the log odds of every token, as they are without one project."""
        own = self.counts.get(but, {})
        found = {}
        for token, (quoted, other, projects) in self.totals.items():
            mine = own.get(token)
            if projects - (mine is not None) < PROJECTS:
                continue
            yes, no = (quoted - mine[0], other - mine[1]) if mine else (quoted, other)
            found[token] = round(
                math.log((max(0.0, yes) + _DAMP * _USUAL) / (max(0.0, no) + _DAMP) / _USUAL), 2
            )
        return found

    def prior(self, but: str = "") -> dict[str, float]:
        """This function will return in how many projects a template is harmless, as it is without one project."""
        own = self.templates.get(but, frozenset())
        left = {template: count - (template in own) for template, count in self.spread.items()}
        return {
            template: round(math.log1p(count), 2) for template, count in left.items() if count >= HARMLESS
        }


def learn_vocabulary(logs: list[Labelled], processes: int) -> Vocabulary:
    """This function will count the words and templates of quoted and of other lines, by project."""
    with ProcessPoolExecutor(processes) as pool:
        counted = list(pool.map(_count, logs, chunksize=8))
    weight = shares([log.project for log in logs])
    sums: dict[str, dict[str, list[float]]] = defaultdict(lambda: defaultdict(lambda: [0.0, 0.0]))
    harmless: dict[str, set[str]] = defaultdict(set)
    for log, (quoted, other, templates) in zip(logs, counted, strict=True):
        for column, counter in enumerate((quoted, other)):
            for token, count in counter.items():
                sums[log.project][token][column] += weight[log.project] * math.log1p(count)
        harmless[log.project] |= templates
    spread = Counter(token for tokens_of in sums.values() for token in tokens_of)
    usual = {token for token, count in spread.items() if count >= PROJECTS}
    counts = {
        project: {token: (pair[0], pair[1]) for token, pair in found.items() if token in usual}
        for project, found in sums.items()
    }
    totals = {
        token: (
            sum(found[token][0] for found in counts.values() if token in found),
            sum(found[token][1] for found in counts.values() if token in found),
            spread[token],
        )
        for token in usual
    }
    templates_spread = Counter(template for found in harmless.values() for template in found)
    wide = Counter({template: count for template, count in templates_spread.items() if count > HARMLESS})
    return Vocabulary(
        counts=counts,
        totals=totals,
        templates={project: frozenset(found & wide.keys()) for project, found in harmless.items()},
        spread=wide,
    )


def _count(labelled: Labelled) -> tuple[Counter[str], Counter[str], set[str]]:
    log, quoted, neutral = labelled.log, labelled.quoted, labelled.neutral
    yes: Counter[str] = Counter()
    no: Counter[str] = Counter()
    harmless: set[str] = set()
    for index in candidates(log, rank_findings(labelled.found)):
        line = log.lines[index]
        if line.number in neutral:
            continue
        if line.number in quoted:
            yes.update(tokens(line.text))
        else:
            no.update(tokens(line.text))
            harmless.add(fold(line.text))
    return yes, no, harmless


def rows_of(logs: list[Labelled], vocabulary: Vocabulary, processes: int) -> list[tuple[Rows, Rows]]:
    """This function will state every log in numbers, as it is and as if no parser knew its tool.

    A log's own project is left out of the words it is weighed with, so the trees learn from words as they will meet
    them: those of strangers.
    """
    order = sorted(range(len(logs)), key=lambda place: logs[place].project)
    projects = {log.project: (vocabulary.words(log.project), vocabulary.prior(log.project)) for log in logs}
    with ProcessPoolExecutor(processes, initializer=_remember, initargs=(projects,)) as pool:
        done = list(pool.map(_both, [logs[place] for place in order], chunksize=4))
    return [rows for _, rows in sorted(zip(order, done, strict=True), key=lambda pair: pair[0])]


_PROJECTS: dict[str, tuple[dict[str, float], dict[str, float]]] = {}


def _remember(projects: dict[str, tuple[dict[str, float], dict[str, float]]]) -> None:
    _PROJECTS.update(projects)


def _both(labelled: Labelled) -> tuple[Rows, Rows]:
    return _rows(labelled, guessed=False), _rows(labelled, guessed=True)


def _rows(labelled: Labelled, *, guessed: bool) -> Rows:
    words, prior = _PROJECTS[labelled.project]
    found = rank_findings(labelled.guessed if guessed else labelled.found)
    weighed = weigh(labelled.log, found, words, prior)
    numbers = [labelled.log.lines[index].number for index in weighed.indexes]
    labels = [1 if one in labelled.quoted else -1 if one in labelled.neutral else 0 for one in numbers]
    return Rows(
        indexes=weighed.indexes,
        features=np.array(weighed.rows, dtype=np.float32).reshape(-1, len(NAMES)),
        labels=np.array(labels, dtype=np.int8),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """The rows of many logs, one below the other."""

    features: Any
    labels: Any
    weights: Any
    fold: Any


def table(logs: list[Labelled], rows: list[tuple[Rows, Rows]]) -> Table:
    """This function will lay the rows of all logs one below the other, each project weighing the same."""
    generator = np.random.default_rng(SEED)
    weight = shares([log.project for log in logs])
    fold_of = folds([log.project for log in logs])
    parts: list[tuple[Any, Any, Any, Any]] = []
    for log, pair in zip(logs, rows, strict=True):
        for one, factor in zip(pair, (1.0, GUESSED), strict=True):
            quoted = int((one.labels == 1).sum())
            if not quoted:
                continue
            kept = (one.labels == 1) | ((one.labels == 0) & (generator.random(len(one.labels)) < SAMPLED))
            each = np.where(one.labels == 1, 1.0, 1 / SAMPLED) * factor * weight[log.project]
            parts.append((
                one.features[kept], one.labels[kept] == 1, (each / max(LEAST_LINES, quoted))[kept],
                np.full(int(kept.sum()), fold_of[log.project]),
            ))  # fmt: skip
    features, labels, weights, fold_numbers = (np.concatenate(column) for column in zip(*parts, strict=True))
    return Table(
        features=features, labels=labels, weights=weights * len(weights) / weights.sum(), fold=fold_numbers
    )


def fit(training: Table, but: int | None = None) -> Any:
    """This function will fit the trees, one fold left out where one is named."""
    used = np.ones(len(training.labels), dtype=bool) if but is None else training.fold != but
    data = lightgbm.Dataset(training.features[used], training.labels[used], weight=training.weights[used])
    return lightgbm.train(SETTINGS, data, ROUNDS)


def fit_folds(training: Table) -> list[Any]:
    """This function will fit the trees once for each fold, without its projects."""
    return [fit(training, one) for one in range(FOLDS)]


def trees_of(booster: Any) -> tuple[Tree, ...]:
    """This function will write a fitted model down as plain trees."""
    return tuple(_tree(one["tree_structure"]) for one in booster.dump_model()["tree_info"])


def _tree(structure: dict[str, Any]) -> Tree:
    nodes: list[tuple[int, float, int, int, float]] = []
    leaves: list[float] = []

    def number(node: dict[str, Any]) -> int:
        if "split_index" not in node:
            leaves.append(round(node["leaf_value"], 4))
            return -len(leaves)
        place = len(nodes)
        nodes.append((0, 0.0, 0, 0, 0.0))
        left, right = number(node["left_child"]), number(node["right_child"])
        threshold = float(f"{node['threshold']:.6g}")
        nodes[place] = (node["split_feature"], threshold, left, right, round(node["internal_value"], 3))
        return place

    number(structure)
    columns: Iterable[tuple[Any, ...]] = zip(*nodes, strict=True) if nodes else ((),) * 5
    features, thresholds, left, right, means = columns
    return Tree(features, thresholds, left, right, means, tuple(leaves))


def model_of(
    booster: Any, vocabulary: Vocabulary, green: Mapping[Familiarity, float] | None = None
) -> LineModel:
    """This function will make the model that ships."""
    words = {token: weight for token, weight in sorted(vocabulary.words().items()) if abs(weight) > _USUAL}
    shifts = green or {}
    return LineModel(
        features=NAMES,
        trees=trees_of(booster),
        words=words,
        prior=dict(sorted(vocabulary.prior().items())),
        in_place=shifts.get(Familiarity.IN_PLACE, 0.0),
        known=shifts.get(Familiarity.KNOWN, 0.0),
        unknown=shifts.get(Familiarity.UNKNOWN, 0.0),
    )
