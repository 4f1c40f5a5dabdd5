"""Under which name and in which line the stories of wishes run."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.commands.model import Reason, Receipt, Status
from bot.github.models import InstallationId, RepositoryRef, Sha
from bot.merging.keeping.model import AskRequest, Change, GroupRequest, LookLater, MergeNews, Telling
from tests.support.commands import HEAD, PERSON
from tests.support.wishes import WISH

REPOSITORY = RepositoryRef(installation_id=InstallationId(1), id=7, full_name="octo/harbour")
RECEIPT = Receipt(
    number=12, key="4711/0", line="/merge", author="ada", status=Status.WAITING, reason=Reason.HELD, text=""
)
NEWS = MergeNews(
    repository=REPOSITORY, number=12, cause="labeled-g", change=Change.LABELED, person=PERSON, head_sha=HEAD
)
DUE = datetime(2026, 11, 3, 9, 30, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("request_", "run_id", "partition"),
    [
        (AskRequest(repository=REPOSITORY, wish=WISH), "ask_merge-7-4711/0", "octo/harbour!merges"),
        (NEWS, "merge_news-7-12-labeled-g", "octo/harbour!merges"),
        (
            GroupRequest(repository=REPOSITORY, head_sha=Sha("a" * 40), head_ref="x"),
            f"merge_group-7-{'a' * 40}",
            "octo/harbour!queue",
        ),
        (
            LookLater(repository=REPOSITORY, number=12, due=DUE),
            "merge_later-7-12-20261103T093001",
            "octo/harbour#12!later-20261103T093001",
        ),
        (
            Telling(repository=REPOSITORY, receipt=RECEIPT, person=PERSON, cause="c"),
            "tell_asker-7-12-c",
            "octo/harbour#12!told",
        ),
    ],
)
def test_each_has_its_name_and_its_line(
    request_: AskRequest | MergeNews | GroupRequest | LookLater | Telling, run_id: str, partition: str
) -> None:
    """What merges waits in one line; what only tells or sleeps keeps nobody waiting."""
    start = request_.start()
    assert (start.run_id, start.partition) == (run_id, partition)
    assert start.request == request_


def test_a_look_is_never_before_any_of_those_that_are_due_within_its_second() -> None:
    """They are one run: had it ended before one of them was due, nothing would look again for minutes."""
    early, late = (
        LookLater(repository=REPOSITORY, number=12, due=DUE + timedelta(milliseconds=after)).start()
        for after in (100, 900)
    )
    assert early.run_id == late.run_id == "merge_later-7-12-20261103T093002"
    assert early.request.due == DUE + timedelta(seconds=1)
