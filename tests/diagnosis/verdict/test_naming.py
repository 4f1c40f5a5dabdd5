from __future__ import annotations

from dataclasses import replace

import pytest

from bot.commands.model import Reason, Refused
from bot.diagnosis.model import Cause, Judgement
from bot.diagnosis.verdict.judgements import KnownFailure
from bot.diagnosis.verdict.naming import pick_failure, read_judgement
from tests.support.diagnosis import FAILURE, HEAD


def known(fingerprint: str, message: str = "the mast broke") -> KnownFailure:
    return KnownFailure(
        failure=replace(FAILURE, fingerprint=fingerprint, message=message),
        workflow="CI",
        job="test",
        job_id=7,
        run_id=100,
        attempt=1,
        head_sha=HEAD,
    )


MAST, HULL = known("aaaa000011112222"), known("aaaa999900001111")


def refused(identifier: str, *failures: KnownFailure) -> Refused:
    found = pick_failure(identifier, failures)
    assert isinstance(found, Refused)
    return found


@pytest.mark.parametrize("identifier", ["aaaa0", "AAAA0000", "aaaa000011112222"])
def test_a_beginning_of_four_digits_names_a_failure(identifier: str) -> None:
    assert pick_failure(identifier, (HULL, MAST)) == MAST


def test_without_an_id_the_foremost_is_meant() -> None:
    assert pick_failure("", (HULL, MAST)) == HULL


def test_what_names_none_or_several_is_refused_with_what_there_is() -> None:
    assert refused("aaaa").reason is Reason.NO_FAILURE
    assert refused("aaa", MAST).reason is Reason.AMBIGUOUS_FAILURE
    unknown = refused("bbbb", MAST)
    assert unknown.reason is Reason.UNKNOWN_FAILURE
    assert "`aaaa0000` in `CI / test`: `the mast broke`" in unknown.text
    several = refused("aaaa", MAST, HULL)
    assert several.reason is Reason.AMBIGUOUS_FAILURE
    assert "`aaaa000011112222`" in several.text


def test_the_list_stays_short() -> None:
    many = tuple(known(f"{number:016x}", "long " * 90) for number in range(12))
    text = refused("ffff", *many).text
    assert "and 2 more" in text
    assert "…" in text


@pytest.mark.parametrize("word", ["real", "Flaky", "INFRA"])
def test_three_words_can_be_said(word: str) -> None:
    assert read_judgement(word, FAILURE) is Judgement(word.lower())


def test_another_word_is_refused() -> None:
    found = read_judgement("fake", FAILURE)
    assert isinstance(found, Refused)
    assert found.reason is Reason.UNKNOWN_JUDGEMENT


def test_of_a_message_that_anything_may_say_only_real_is_taken() -> None:
    vague = replace(FAILURE, tests=(), cause=Cause.UNKNOWN, message="exit code 1")
    assert read_judgement("real", vague) is Judgement.REAL
    for word in ("flaky", "infra"):
        found = read_judgement(word, vague)
        assert isinstance(found, Refused)
        assert found.reason is Reason.TOO_GENERAL
