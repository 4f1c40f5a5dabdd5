"""Archives: the reports in them are found by what they contain, and no archive does harm."""

from __future__ import annotations

import io
import struct
import tracemalloc
import zipfile

import pytest

from bot.diagnosis.artifacts import archive, junit
from bot.diagnosis.artifacts.archive import read_archive
from tests.support.artifacts import contents_of, report_of, zipped

JUNIT = b'<testsuite name="s"><testcase name="t"><failure message="no"/></testcase></testsuite>'
SARIF = b'{"version": "2.1.0", "runs": [{"results": [{"level": "error", "message": {"text": "bad"}}]}]}'


def names_in(content: bytes) -> list[str]:
    return [test for failure in contents_of(content).failures() for test in failure.tests]


def problem_of(content: bytes) -> str:
    (problem,) = contents_of(content).problems
    return problem


def test_reports_are_found_whatever_they_are_called() -> None:
    files = {
        "deep/er/out.txt": JUNIT,
        "../../etc/passwd": report_of("vitest").read_bytes(),
        "C:\\x\\data": report_of("libtest").read_bytes(),
        "y.json": report_of("cargo").read_bytes(),
        "z": report_of("trx_xunit").read_bytes(),
        "report.sarif": SARIF,
        "utf16": report_of("pytest").read_text(encoding="utf-8").replace("utf-8", "utf-16").encode("utf-16"),
    }
    contents = contents_of(zipped(files))
    assert contents.problems == []
    assert {failure.tool for failure in contents.failures()} == {
        "junit",
        "vitest",
        "cargo test",
        "rustc",
        "dotnet test",
        "sarif",
        "pytest",
    }


def test_what_is_no_report_is_passed_over() -> None:
    files = {
        "index.html": b"<html><testsuite/></html>",
        "page": b"<html>x</html>",
        "coverage.xml": b'<?xml version="1.0"?><coverage><testsuite/></coverage>',
        "package.json": b'{"name": "x", "runs": 1}',
        "shot.png": b"\x89PNG",
        "notes": b"type test",
        "empty": b"",
        "data.xml": b"<",
        "folder/": b"",
    }
    contents = contents_of(zipped(files))
    assert (contents.failures(), contents.report("x"), contents.problems) == ((), None, [])


def test_an_archive_within_the_archive_is_not_opened() -> None:
    inner = zipped({"junit.xml": JUNIT})
    assert problem_of(zipped({"a/inner.ZIP": inner})) == (
        "inner.ZIP is an archive within the archive, which is not opened"
    )
    beside = contents_of(zipped({"trace.zip": inner, "junit.xml": JUNIT}))
    assert (beside.problems, beside.is_whole) == ([], True), "traces lie beside reports"


def test_a_single_file_may_be_uploaded_as_it_is() -> None:
    assert names_in(JUNIT) == ["t"]
    assert problem_of(b"hello") == "the archive was not read: it is neither a zip file nor a report"
    assert problem_of(b"") == "the archive was not read: it is neither a zip file nor a report"


@pytest.mark.parametrize("cut", [4, 30, -10])
def test_a_cut_archive_is_said(cut: int) -> None:
    assert "no zip file, or cut off" in problem_of(zipped({"junit.xml": JUNIT})[:cut])


def test_a_damaged_list_of_files_is_said() -> None:
    content = bytearray(zipped({"junit.xml": JUNIT}))
    content[content.rfind(b"PK\x01\x02")] = 0
    assert problem_of(bytes(content)) == "the archive is damaged: BadZipFile"


def test_a_damaged_file_stops_no_other_and_counts_are_kept_back() -> None:
    content = bytearray(zipped({"a.xml": JUNIT, "b.xml": JUNIT.replace(b'"t"', b'"u"')}, zipfile.ZIP_STORED))
    content[content.find(b"<testcase")] = ord("x")  # the checksum no longer fits
    contents = contents_of(bytes(content))
    assert [failure.tests for failure in contents.failures()] == [("u",)]
    assert contents.report("junit") is None, "half of the tests is no count"
    assert contents.problems == ["a.xml cannot be read: BadZipFile"]


def test_a_cut_report_tells_what_it_told_before_it_broke_off() -> None:
    contents = contents_of(zipped({"a.xml": JUNIT[:-20]}))
    assert "no well-formed XML" in contents.problems[0]
    contents = contents_of(zipped({"a.xml": JUNIT[:-12]}))
    assert [failure.tests for failure in contents.failures()] == [("t",)]
    assert contents.report("junit") is None


def test_an_encrypted_file_is_said() -> None:
    content = bytearray(zipped({"a.xml": JUNIT}))
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.find(signature) + offset] |= 1
    assert problem_of(bytes(content)) == "a.xml: it is encrypted"


def test_only_packings_whose_memory_is_bounded_are_opened() -> None:
    packed = zipped({"a.xml": JUNIT}, zipfile.ZIP_BZIP2)
    assert problem_of(packed) == "a.xml: it is packed in a way that is not read"


def test_a_bomb_goes_off_in_a_box() -> None:
    """A thousandfold: 60 MB that were 60 KB."""
    bomb = zipped({"junit.xml": b"<testsuite>" + b" " * (60 << 20) + b"</testsuite>"})
    assert len(bomb) < 100_000
    tracemalloc.start()
    problem = problem_of(bomb)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert problem == f"junit.xml: it unpacks to more than {archive.MOST_RATIO} times its size"
    assert peak < 8 << 20


def test_no_more_is_read_than_the_limits_say(monkeypatch: pytest.MonkeyPatch) -> None:
    many = zipped({f"{number}.xml": JUNIT.replace(b'"t"', b'"%d"' % number) for number in range(9)})
    monkeypatch.setattr(archive, "MOST_FILES", 3)
    assert problem_of(many) == "only the first 3 files were looked into"
    assert names_in(many) == ["0", "1", "2"]
    monkeypatch.setattr(archive, "MOST_FILES", 20)
    monkeypatch.setattr(archive, "MOST_OF_A_FILE", 10)
    assert len(contents_of(many).problems) == archive.MOST_PROBLEMS
    assert "is larger than" in contents_of(many).problems[0]


def test_a_whole_archive_has_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    contents = archive.Contents(left=2 * len(JUNIT) - 1)
    monkeypatch.setattr(archive, "Contents", lambda: contents)
    read_archive(io.BytesIO(zipped({"a.xml": JUNIT, "b.xml": JUNIT, "c.xml": JUNIT})))
    assert contents.problems == ["b.xml: the archive holds too much", "only the first 192 MB were read"]


def test_a_large_sarif_file_is_not_decoded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "MOST_SARIF", 10)
    assert "a.sarif: it is larger than" in problem_of(zipped({"a.sarif": SARIF}))


@pytest.mark.parametrize("entries", [archive.MOST_ENTRIES + 1, 0xFFFF])
def test_a_list_of_too_many_files_is_not_read(entries: int) -> None:
    content = bytearray(zipped({"a.xml": JUNIT}))
    end = content.rfind(b"PK\x05\x06")
    struct.pack_into("<HH", content, end + 8, entries, entries)
    assert problem_of(bytes(content)) == "the archive was not read: it lists more files than a report has"


def test_a_list_that_is_said_to_be_long_is_not_read() -> None:
    content = bytearray(zipped({"a.xml": JUNIT}))
    end = content.rfind(b"PK\x05\x06")
    struct.pack_into("<I", content, end + 12, archive.MOST_DIRECTORY + 1)
    assert "lists more files" in problem_of(bytes(content))
    content = bytearray(zipped({"a.xml": JUNIT}))
    end = content.rfind(b"PK\x05\x06")
    content[end:end] = struct.pack("<4sIQI", b"PK\x06\x07", 0, 0, 1)  # a second list, of 64 bits
    assert "lists more files" in problem_of(bytes(content))


def test_a_comment_may_hold_the_mark_of_the_end() -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as opened:
        opened.writestr("a.xml", JUNIT)
        opened.comment = b"made on a Sunday"
    assert names_in(packed.getvalue()) == ["t"]


def test_a_name_is_shown_without_what_could_do_harm() -> None:
    assert problem_of(zipped({"a/<b>@x\n`*.xml": b"<testsuite><a"})).startswith("_b_@x___.xml: it is no")
    assert problem_of(zipped({"...": b"<testsuite><a"})).startswith("...: ")


def test_a_bug_of_ours_costs_one_file(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_: object) -> None:
        raise IndexError

    monkeypatch.setattr(junit, "read_junit", broken)
    assert problem_of(zipped({"a.xml": JUNIT})) == "a.xml cannot be read: IndexError"
