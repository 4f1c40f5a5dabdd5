"""Diagnoses every labelled log with models that never saw its project."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bot.diagnosis.choice.quoting import failure_of, worded
from bot.diagnosis.choice.ranking import Quoted, quote, rank_findings
from bot.diagnosis.model import Diagnosis
from bot.diagnosis.report import prediction
from scripts.cause_training import CauseRows, Words, cause_model, cause_rows, fit_causes, quote_of
from scripts.labelled_logs import FOLDS, folds
from scripts.line_training import Vocabulary, fit_folds, learn_vocabulary, rows_of, table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.diagnosis.choice.causes import CauseModel
    from bot.diagnosis.parsing import Finding
    from scripts.labelled_logs import Labelled
    from scripts.line_training import Rows, Table

Shares = tuple[tuple[Quoted, ...], tuple[Quoted, ...]]  # with all parsers, with the fallback alone


@dataclass(frozen=True, slots=True, kw_only=True)
class Training:
    """Everything that was learned of the labelled logs, with what strangers would have learned beside it."""

    logs: list[Labelled]
    vocabulary: Vocabulary
    table: Table
    chances: list[tuple[dict[int, float], dict[int, float]]]  # without the log's project
    quoted: list[Shares]  # by these chances
    words: Words
    causes: CauseRows


def train(logs: list[Labelled], processes: int) -> Training:
    """This function will learn from all logs, and for each fold of projects once more without it."""
    vocabulary = learn_vocabulary(logs, processes)
    rows = rows_of(logs, vocabulary, processes)
    laid = table(logs, rows)
    chances = _strange_chances(logs, rows, laid)
    quoted = [
        (_quoted(log, log.found, whole), _quoted(log, log.guessed, alone))
        for log, (whole, alone) in zip(logs, chances, strict=True)
    ]
    known = [quote_of(log, pair[0]) for log, pair in zip(logs, quoted, strict=True)]
    guessed = [quote_of(log, pair[1]) for log, pair in zip(logs, quoted, strict=True)]
    words = Words(known)
    causes = cause_rows(known, words).joined(cause_rows(guessed, words))
    return Training(
        logs=logs,
        vocabulary=vocabulary,
        table=laid,
        chances=chances,
        quoted=quoted,
        words=words,
        causes=causes,
    )


def _quoted(
    log: Labelled, found: Sequence[tuple[str, Finding]], chances: dict[int, float]
) -> tuple[Quoted, ...]:
    return tuple(worded(one, log.log, chances) for one in quote(rank_findings(found), chances))


def _strange_chances(
    logs: list[Labelled], rows: list[tuple[Rows, Rows]], laid: Table
) -> list[tuple[dict[int, float], dict[int, float]]]:
    boosters = fit_folds(laid)
    fold_of = folds([log.project for log in logs])
    return [
        (_chances(boosters[fold_of[log.project]], one), _chances(boosters[fold_of[log.project]], other))
        for log, (one, other) in zip(logs, rows, strict=True)
    ]


def _chances(booster: Any, rows: Rows) -> dict[int, float]:
    if not rows.indexes:
        return {}
    predicted = booster.predict(rows.features)
    return {index: float(one) for index, one in zip(rows.indexes, predicted, strict=True)}


def strange_predictions(training: Training, *, alone: bool) -> list[dict[str, Any]]:
    """This function will say what models that never saw a log's project make of it."""
    fold_of = folds([log.project for log in training.logs])
    fitted = [fit_causes(training.causes, fold) for fold in range(FOLDS)]
    models: dict[str, CauseModel] = {
        project: cause_model(fitted[fold], training.words.weights(project))
        for project, fold in fold_of.items()
    }
    return [
        _prediction(log, quoted[alone], models[log.project])
        for log, quoted in zip(training.logs, training.quoted, strict=True)
    ]


def _prediction(log: Labelled, quoted: Sequence[Quoted], model: CauseModel) -> dict[str, Any]:
    failures = tuple(failure_of(one, log.log, model) for one in quoted)
    step = log.log.failed_step or (failures[0].step if failures else "")
    return prediction(log.id, Diagnosis(failures=failures, step=step, lines_read=log.log.total))
