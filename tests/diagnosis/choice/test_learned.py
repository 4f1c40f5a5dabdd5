"""What was learned is evaluated as it was fitted, and says why."""

from __future__ import annotations

import pytest

from bot.diagnosis.choice.causes import CAUSE_FEATURES, LEARNED, CauseModel, classify, load_causes
from bot.diagnosis.choice.features import NAMES
from bot.diagnosis.choice.learned import LineModel, Tree, chance, load_lines, log_odds, odds_of, reasons
from bot.diagnosis.choice.words import tokens, word_score
from bot.diagnosis.model import Cause

# x0 <= 1 ? (x1 <= 0.5 ? -2 : 3) : 5
TREE = Tree(
    features=(0, 1), thresholds=(1.0, 0.5), left=(1, -1), right=(-3, -2), means=(0.5, 0.25), leaves=(-2.0, 3.0, 5.0)
)  # fmt: skip
STUMP = Tree(features=(), thresholds=(), left=(), right=(), means=(), leaves=(0.125,))
ROWS = ((1.0, 0.5), (1.0, 0.75), (1.5, 0.0), (-4.0, -4.0))


def test_every_row_goes_down_its_own_way() -> None:
    """Rows are sent down together and end where each alone would."""
    assert log_odds((TREE, STUMP), ROWS) == [-1.875, 3.125, 5.125, -1.875]
    assert log_odds((TREE,), ((2.0, 0.0),)) == [5.0]
    assert log_odds((TREE,), ()) == []


def test_reasons_add_up_to_what_the_trees_say() -> None:
    """What the features add and the mean of all lines make the row's log odds."""
    model = LineModel(features=("a", "b"), trees=(TREE, STUMP), words={}, prior={})

    for row, odds in zip(ROWS, log_odds((TREE,), ROWS), strict=True):
        assert sum(one.weight for one in reasons(model, row)) + TREE.means[0] == pytest.approx(odds)
    assert [one.feature for one in reasons(model, ROWS[1])] == ["b", "a"]


def test_odds_and_chances_are_each_others_inverse() -> None:
    """Log odds of a chance give the chance back, and no chance is beyond words."""
    assert chance(odds_of(0.3)) == pytest.approx(0.3)
    assert chance(0) == 0.5
    assert 0 < chance(-1e9) < chance(1e9) <= 1
    assert odds_of(0) == -odds_of(1) or odds_of(0) == pytest.approx(-odds_of(1))


def test_what_ships_fits_the_features() -> None:
    """A model trained for other features than the program states would weigh nonsense."""
    lines, causes = load_lines(), load_causes()

    assert lines.features == NAMES
    assert lines.trees
    assert all(feature < len(NAMES) for tree in lines.trees for feature in tree.features)
    assert lines.in_place < lines.known < lines.unknown
    assert {len(row) for row in causes.weights} == {len(CAUSE_FEATURES)}
    assert len(causes.weights) == len(causes.biases) == len(LEARNED)


def test_what_ships_knows_no_place_number_or_name() -> None:
    """Words are folded: no path, number, hash or address of a project can be remembered."""
    words = load_lines().words.keys() | load_causes().words.keys()

    assert all(
        not any(char.isdigit() for char in word.replace("^", "").lstrip("012345678")) for word in words
    )
    assert all("/" not in word.strip("/ ") or "<" in word or " / " in f" {word} " for word in words)


def test_words_are_told_with_their_pairs_kinds_and_template() -> None:
    """A line is its words, the last part of a joined word, its indent, pairs of these and the whole of it."""
    found = tokens("  ValueError: 17 of /a/b.py")

    assert {"valueerror", "~error", "^2", "<n>", "<p>", "valueerror :"} <= set(found)
    assert found[-1] == "=valueerror: <n> of <p>"


def test_only_known_words_weigh() -> None:
    """Words that no model knows say nothing, neither for nor against."""
    score = word_score(tokens("keel broke"), {"keel": 2.0, "broke": -1.0, "=keel broke": 3.0})

    assert (score.mean, score.most, score.least, score.template) == (0.5, 2.0, -1.0, 3.0)
    assert word_score(tokens("keel"), {}).known == 0


def _causes(cause: Cause, strength: float) -> CauseModel:
    weights = [[0.0] * len(CAUSE_FEATURES) for _ in LEARNED]
    biases = [strength if one is cause else 0.0 for one in LEARNED]
    return CauseModel(
        words={"keel": (1.0, 0, 0, 0, 0, 0)}, weights=tuple(map(tuple, weights)), biases=tuple(biases)
    )


@pytest.mark.parametrize(
    ("learned", "strength", "lines", "cause"),
    [
        (Cause.COMPILE, 9.0, ("keel expected 3 but got 4",), Cause.COMPILE),
        (Cause.COMPILE, 0.1, ("expected 3 but got 4",), Cause.TEST),
        (Cause.UNKNOWN, 9.0, ("sh: line 3: keel: command not found",), Cause.CONFIGURATION),
        (Cause.UNKNOWN, 9.0, ("expected 3 but got 4",), Cause.UNKNOWN),
    ],
)
def test_a_class_that_is_sure_goes_over_the_patterns(
    learned: Cause, strength: float, lines: tuple[str, ...], cause: Cause
) -> None:
    """What was learned decides where it is sure; else the words that are known to tell do."""
    assert classify(lines, "", _causes(learned, strength)) is cause
