"""Opens an uploaded zip file, finds the report files in it by what they contain, and reads them within limits."""

from __future__ import annotations

import re
import struct
import zipfile
from dataclasses import dataclass, field
from itertools import chain
from typing import IO, TYPE_CHECKING

from bot.diagnosis.artifacts import junit, trx
from bot.diagnosis.artifacts.cargo import read_cargo
from bot.diagnosis.artifacts.collect import Collection, gather
from bot.diagnosis.artifacts.libtest import read_libtest
from bot.diagnosis.artifacts.model import Damaged
from bot.diagnosis.artifacts.sarif import read_sarif

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from bot.diagnosis.artifacts.model import Case, Remark
    from bot.diagnosis.model import Failure, SuiteReport

CHUNK = 128 * 1024
HEAD = 4_096  # bytes of a file that tell what it is
MOST_ENTRIES = 20_000  # files listed in one archive …
MOST_DIRECTORY = 4 << 20  # … and bytes of that list
MOST_FILES = 2_000  # files looked into
MOST_BYTES = 192 << 20  # read of one archive
MOST_OF_A_FILE = 64 << 20
MOST_SARIF = 16 << 20  # is decoded whole
MOST_RATIO = 400  # a report packs 20 to 1, a bomb 1000 to 1
MOST_PROBLEMS = 5

_END = b"PK\x05\x06"
_LOCATOR = b"PK\x06\x07"
_NOT_READ = re.compile(
    r"(?i)\.(?:png|jpe?g|gif|webm|mp4|zip|gz|tgz|xz|zst|jar|whl|so|dll|exe|pdb|html?|css|woff2?|map)$"
)
_ROOT = re.compile(rb"<(?![?!])(?:[\w.-]+:)?([\w.-]+)")
_SARIF = re.compile(rb'^\{\s*(?:"[^"]*"\s*:\s*"[^"]*"\s*,\s*)*"runs"\s*:\s*\[|^\{[^{}]*sarif-(?:schema|2)')
_LIBTEST = re.compile(rb'^\s*\{\s*"type"\s*:\s*"(?:suite|test)"\s*,', re.MULTILINE)
_CARGO = re.compile(rb'^\s*\{\s*"reason"\s*:\s*"(?:compiler-|build-)', re.MULTILINE)


@dataclass(slots=True)
class Contents:
    """What the report files of one archive say."""

    collection: Collection = field(default_factory=Collection)
    problems: list[str] = field(default_factory=list)
    left: int = MOST_BYTES
    is_whole: bool = True  # whether every report file could be read to its end

    def failures(self) -> tuple[Failure, ...]:
        """This function will state what failed."""
        return self.collection.failures()

    def report(self, source: str) -> SuiteReport | None:
        """This function will state the counts, unless some are missing: half of the tests is no count."""
        return self.collection.report(source) if self.is_whole else None

    def complain(self, problem: str) -> None:
        """This function will note why something was not read."""
        self.is_whole = False
        if len(self.problems) < MOST_PROBLEMS:
            self.problems.append(problem)


def read_archive(spool: IO[bytes]) -> Contents:
    """This function will read every report file of an artifact; what cannot be read is named and stops no other."""
    contents = Contents()
    try:
        if spool.read(2) != b"PK":
            _read_file(spool, contents)
            return contents
        _measure(spool)
        with zipfile.ZipFile(spool) as archive:
            _read_entries(archive, contents)
            inner = [one for one in archive.namelist() if one.lower().endswith(".zip")]
        if inner and contents.collection.is_empty and not contents.problems:
            contents.complain(f"{_shown(inner[0])} is an archive within the archive, which is not opened")
    except Damaged as error:
        contents.complain(f"the archive was not read: {error}")
    except Exception as error:  # noqa: BLE001 - as below; zipfile alone raises half a dozen kinds
        contents.complain(f"the archive is damaged: {type(error).__name__}")
    return contents


def _read_file(spool: IO[bytes], contents: Contents) -> None:
    """An artifact may be a single file that was uploaded as it is."""
    size = spool.seek(0, 2)
    spool.seek(0)
    chunks = _bounded(iter(lambda: spool.read(CHUNK), b""), contents, packed=size)
    head = next(chunks, b"")
    read = _reader_of(head)
    if read is None:
        raise Damaged("it is neither a zip file nor a report")
    gather(read(chain((head,), chunks)), contents.collection)


def _measure(spool: IO[bytes]) -> None:
    """Look how long the list of files is before it is read: it may be millions of names.

    Found as zipfile finds it: https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT 4.3.14 to 4.3.16.
    """
    size = spool.seek(0, 2)
    tail_at = max(0, size - (1 << 16) - 22)
    spool.seek(tail_at)
    tail = spool.read()
    at = len(tail) - 22
    if at < 0 or not tail.startswith(_END, at) or tail[-2:] != b"\0\0":
        at = tail.rfind(_END)
    if at < 0 or len(tail) - at < 22:  # noqa: PLR2004 - the record's length
        raise Damaged("it is no zip file, or cut off")
    entries, length = struct.unpack("<HI", tail[at + 10 : at + 16])
    if tail[max(0, at - 20) : at].startswith(_LOCATOR) or length > MOST_DIRECTORY or entries > MOST_ENTRIES:
        raise Damaged("it lists more files than a report has")
    spool.seek(0)


def _read_entries(archive: zipfile.ZipFile, contents: Contents) -> None:
    looked_into = 0
    for entry in archive.infolist():
        if entry.is_dir() or not entry.file_size or _NOT_READ.search(entry.filename):
            continue
        looked_into += 1
        if looked_into > MOST_FILES:
            contents.complain(f"only the first {MOST_FILES} files were looked into")
            return
        try:
            _read_entry(archive, entry, contents)
        except Damaged as error:
            contents.complain(f"{_shown(entry.filename)}: {error}")
        except Exception as error:  # noqa: BLE001 - a damaged file, or our own bug, must not cost the others
            contents.complain(f"{_shown(entry.filename)} cannot be read: {type(error).__name__}")
        if contents.left <= 0:
            contents.complain(f"only the first {MOST_BYTES >> 20} MB were read")
            return


def _read_entry(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, contents: Contents) -> None:
    if entry.flag_bits & 0x1:
        raise Damaged("it is encrypted")
    if entry.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
        raise Damaged("it is packed in a way that is not read")
    with archive.open(entry) as opened:
        chunks = _bounded(iter(lambda: opened.read(CHUNK), b""), contents, packed=entry.compress_size)
        head = next(chunks, b"")
        read = _reader_of(head)
        if read is not None:
            gather(read(chain((head,), chunks)), contents.collection)


def _bounded(chunks: Iterable[bytes], contents: Contents, *, packed: int) -> Iterator[bytes]:
    """Count what really comes out: what an archive says of its sizes is its writer's word."""
    size = 0
    for chunk in chunks:
        size += len(chunk)
        contents.left -= len(chunk)
        if size > MOST_OF_A_FILE:
            raise Damaged(f"it is larger than {MOST_OF_A_FILE >> 20} MB")
        if contents.left <= 0:
            raise Damaged("the archive holds too much")
        if size > (1 << 20) and size > MOST_RATIO * max(1, packed):
            raise Damaged(f"it unpacks to more than {MOST_RATIO} times its size")
        yield chunk


def _reader_of(head: bytes) -> Callable[[Iterable[bytes]], Iterator[Case | Remark]] | None:
    """Which reader knows a file that begins so; a name says little."""
    begin = head[:HEAD]
    if b"\0" in begin:
        begin = begin.replace(b"\0", b"")  # UTF-16 of plain letters
    text = begin.lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")
    if text.startswith(b"<"):
        root = _ROOT.search(text)
        name = root[1].decode(errors="replace") if root else ""
        return junit.read_junit if name in junit.ROOTS else trx.read_trx if name in trx.ROOTS else None
    if _SARIF.search(text):
        return _read_sarif
    if _LIBTEST.search(text):
        return read_libtest
    return read_cargo if _CARGO.search(text) else None


def _read_sarif(chunks: Iterable[bytes]) -> Iterator[Remark]:
    content = bytearray()
    for chunk in chunks:
        content += chunk
        if len(content) > MOST_SARIF:
            raise Damaged(f"it is larger than {MOST_SARIF >> 20} MB")
    yield from read_sarif(content)


def _shown(name: str) -> str:
    """A file's name as it may be shown: no control characters, and only its end."""
    return re.sub(r"[^\w.()\[\] +@-]", "_", name.replace("\\", "/").rpartition("/")[2])[-80:] or "a file"
