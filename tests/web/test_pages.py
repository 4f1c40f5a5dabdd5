"""The pages behind the links of a summary."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import insert
from structlog.testing import capture_logs

from bot.diagnosis.model import SHORT_ID, Cause, Diagnosis
from bot.diagnosis.store import StoredReport, save_run
from bot.github.models import Conclusion
from bot.page_links import Kind, PageLinks
from bot.stats import store
from bot.storage.tables import judgements
from bot.web import history_facts, metrics_facts
from bot.web.pipeline import facts
from tests.support.diagnosis import NOON, PAGE, REPOSITORY
from tests.support.history import BROKEN, a_job, record, save_green, save_weeks
from tests.support.pipeline_samples import WEB, save_pipeline
from tests.support.reading import LINKS, Reader, reading

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path


@pytest.fixture
async def reader(tmp_path: Path) -> AsyncIterator[Reader]:
    async with reading(tmp_path) as made:
        yield made


async def test_the_tests_of_a_red_run(reader: Reader) -> None:
    await save_weeks(reader.database, NOON)

    text = await reader.see(Kind.TESTS, "300", "1")

    assert f'id="{BROKEN.fingerprint[:SHORT_ID]}"' in text
    assert "assertion `left == right` failed" in text
    assert "hull::tests::sinks_&lt;b&gt;slowly&lt;/b&gt;" in text
    assert f'href="{PAGE}/blob/{300:040x}/src/hull.rs#L73"' in text
    assert "<code>/usr/lib/x.rs:1</code>" in text
    assert "1,221" in text
    assert "hull::tests::floats_for_a_year" in text
    assert "31 s" in text
    assert 'href="https://github.com/octo/boat">octo/boat' in text.replace(' rel="noreferrer"', "")
    assert "attempt 1 · <code>main</code>" in text
    assert "As told by the log." in text


async def test_newly_slow_tests_are_told_beside_the_base(reader: Reader) -> None:
    await save_weeks(reader.database, NOON)
    address = LINKS.address(REPOSITORY.id, Kind.TESTS, "300", "1", now=NOON)

    _, text, _ = await reader.get(f"{address}?base=main")
    _, alone, _ = await reader.get(address)
    _, hostile, _ = await reader.get(f"{address}?base=%22%3E%3Cb%3E")

    assert "31 s, usually 4.0 s" in text
    assert "/202/1?base=main" in text
    assert "Newly slow" not in alone
    assert "<b>" not in hostile


async def test_a_run_that_is_not_stored_leads_to_those_that_are(reader: Reader) -> None:
    assert "Nothing is stored" in await reader.see(Kind.TESTS)
    await save_green(reader.database, 100, NOON)

    text = await reader.see(Kind.TESTS, "999", "1")

    assert "Test reports of the newest runs" in text
    assert "/100/1" in text
    assert f"/{999}/1" not in text


async def test_failures_stand_in_the_order_of_the_summary(reader: Reader) -> None:
    """Tests go before audits, whatever their jobs are called; a job without a diagnosis says why, and comes last."""
    failed = Conclusion.FAILURE
    audit = replace(BROKEN, cause=Cause.DEPENDENCY, message="an advisory", fingerprint="b" * 64)
    reports = (
        StoredReport(
            job=a_job("a", 1, NOON, conclusion=failed), diagnosis=Diagnosis(problem="the log is gone")
        ),
        StoredReport(job=a_job("b", 2, NOON, conclusion=failed), diagnosis=Diagnosis(failures=(audit,))),
        StoredReport(
            job=a_job("c", 3, NOON, conclusion=failed),
            diagnosis=Diagnosis(failures=tuple(replace(BROKEN, fingerprint=f"{n:064}") for n in range(25))),
        ),
    )
    await save_run(reader.database, record(300, NOON, branch="sails"), reports=reports, passed=())

    text = await reader.see(Kind.TESTS, "300", "1")

    assert text.index("assertion") < text.index("an advisory") < text.index("the log is gone")
    assert "and 5 more failures in c" in text


async def test_the_metrics_of_every_workflow(reader: Reader) -> None:
    assert "Nothing is stored" in await reader.see(Kind.METRICS)
    await save_weeks(reader.database, NOON)

    text = await reader.see(Kind.METRICS)

    assert "CI metrics" in text
    assert '<svg class="trend"' in text
    assert '90.6 %<span class="soft"> of 32 runs' in text
    assert "min unpriced" in text
    assert "list prices" in text


async def test_the_pipeline_stands_above_every_workflow(reader: Reader) -> None:
    await save_pipeline(reader.database, NOON)

    text = await reader.see(Kind.METRICS)

    assert "A commit is checked whole in" in text
    assert f'href="{WEB}/actions/runs/' in text
    assert '<th scope="row">jepsen</th><td class="number">100</td>' in text
    assert "The figures of 1 run could not be read; of the newest, since &lt;b&gt;it is no JSON." in text
    assert text.index("The pipeline") < text.index("Every workflow") < text.index("Nothing is stored")


async def test_what_is_too_much_to_count_is_said(reader: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    await save_weeks(reader.database, NOON)
    monkeypatch.setattr(metrics_facts, "MOST_SAMPLES", 5)
    monkeypatch.setattr(history_facts, "MOST_FAILURES", 2)
    await save_pipeline(reader.database, NOON)
    for module in (store, facts):
        monkeypatch.setattr(module, "MOST_RUNS", 7)

    assert "Only the newest 5 jobs are counted." in await reader.see(Kind.METRICS)
    assert "Only the newest 7 runs are counted." in await reader.see(Kind.METRICS)
    assert "Only the newest 2 failures are counted." in await reader.see(Kind.HISTORY)


async def test_the_history_of_failures(reader: Reader) -> None:
    assert "No failure is stored" in await reader.see(Kind.HISTORY)
    await save_weeks(reader.database, NOON)
    said = {
        "repository_id": REPOSITORY.id,
        "fingerprint": "0a1b2c3d4e5f",
        "judgement": "flaky",
        "login": "mona",
        "url": f"{PAGE}/pull/12#issuecomment-7",
        "said_at": NOON,
    }
    await reader.database.write(lambda connection: connection.execute(insert(judgements), [said]))

    text = await reader.see(Kind.HISTORY)

    assert "Flaky, proven" in text
    assert "failed and passed at 1 commit" in text
    assert "says mona" in text
    assert f'href="{PAGE}/pull/12"' in text
    assert text.index("f1e2d3c4") < text.index("0a1b2c3d")


@pytest.mark.parametrize(
    "address",
    [
        "/ci/",
        "/ci/42",
        "/ci/42/tests",
        "/ci/42/secrets/abc",
        "/ci/42/tests/abc",
        LINKS.address(43, Kind.TESTS, now=NOON).replace("/43/", "/42/"),
        LINKS.address(42, Kind.TESTS, now=NOON).replace("/tests/", "/metrics/"),
        LINKS.address(42, Kind.TESTS, now=NOON - timedelta(days=60)),
        LINKS.address(42, Kind.METRICS, "100", "1", now=NOON),
        LINKS.address(42, Kind.TESTS, str(1 << 63), "1", now=NOON),
        LINKS.address(42, Kind.TESTS, "100", now=NOON),
        PageLinks(root="", key=b"guessed").address(42, Kind.TESTS, now=NOON),
        "/ci/static/../pages.py",
        "/ci/static/base.html",
    ],
)
async def test_without_a_good_link_there_is_nothing(reader: Reader, address: str) -> None:
    """What is wrong, run out or of another repository gets the same answer as what never was."""
    await save_green(reader.database, 100, NOON)

    status, text, headers = await reader.get(address)

    assert (status, "There is nothing at this address" in text) == (404, True)
    assert "octo" not in text
    assert headers["X-Robots-Tag"] == "noindex, nofollow"


async def test_a_link_of_one_repository_shows_nothing_of_another(reader: Reader) -> None:
    await save_weeks(reader.database, NOON)

    for kind in (Kind.TESTS, Kind.METRICS, Kind.HISTORY):
        assert "hull" not in await reader.see(kind, repository_id=7)
    assert "hull" not in await reader.see(Kind.TESTS, "300", "1", repository_id=7)


async def test_no_page_is_kept_indexed_or_told_of_to_other_sites(reader: Reader) -> None:
    _, text, headers = await reader.get(LINKS.address(42, Kind.HISTORY, now=NOON))

    assert headers["Cache-Control"].startswith("private")
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["X-Robots-Tag"] == "noindex, nofollow"
    assert headers["Content-Security-Policy"].startswith("default-src 'none'; style-src 'self'")
    assert "<script" not in text
    assert "style=" not in text


async def test_the_sheet_may_be_kept(reader: Reader) -> None:
    status, text, headers = await reader.get("/ci/static/pages.css")

    assert status == 200
    assert "color-scheme" in text
    assert headers["Content-Type"].startswith("text/css")


async def test_a_page_that_fails_tells_nobody_its_address(reader: Reader) -> None:
    """The log is read by more people than the repository: the address opens the page."""
    address = LINKS.address(42, Kind.METRICS, now=NOON)
    await reader.database.write(judgements.metadata.drop_all)

    with capture_logs() as logs:
        status, text, _ = await reader.get(address)

    assert status == 503
    assert "cannot be shown now" in text
    assert [entry["event"] for entry in logs] == ["page_failed"]
    assert address.rpartition("/")[2] not in str([{**entry, "exc_info": ""} for entry in logs])
