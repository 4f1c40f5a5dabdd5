"""Texts that are too long for GitHub."""

from __future__ import annotations

from bot.costs.report.saying.fitting import Section, fitted


def test_text_that_fits_stays_whole() -> None:
    assert fitted((Section(text="a"), Section(text=""), Section(text="b", name="b", rank=1))) == "a\n\nb"


def test_what_matters_least_goes_first_and_is_named() -> None:
    kept = fitted(
        (
            Section(text="head"),
            Section(text="x" * 100, name="the chart", rank=2),
            Section(text="y" * 100, name="the sources", rank=3),
        ),
        most=200,
    )

    assert "x" * 100 in kept
    assert "yy" not in kept
    assert kept.endswith("_Left out, because GitHub takes no longer text: the sources._")


def test_longest_goes_where_one_piece_less_is_not_enough() -> None:
    kept = fitted(
        (
            Section(text="x" * 900, name="what is missing"),
            Section(text="y" * 300, name="by agent", rank=4),
            Section(text="z" * 250, name="the sources", rank=3),
        ),
        most=420,
    )

    assert kept.startswith("z" * 250)
    assert kept.endswith("what is missing, by agent._")


def test_what_may_not_be_left_out_is_cut() -> None:
    assert len(fitted((Section(text="é" * 100),), most=50).encode()) <= 50
