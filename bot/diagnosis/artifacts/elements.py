"""Streams the elements of XML that strangers wrote: no entities, no outside references, bounded memory."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING
from xml.sax import SAXException
from xml.sax.handler import ContentHandler

from defusedxml.common import DefusedXmlException
from defusedxml.expatreader import create_parser

from bot.diagnosis.artifacts.model import Damaged

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from xml.sax.xmlreader import AttributesImpl

TEXT = 64_000  # characters kept of one element's text
DEEPEST = 100  # elements within each other
LONGEST = 4 << 20  # bytes without an element or text: one endless tag
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_DECLARED = re.compile(rb"""^(?:\xef\xbb\xbf)?\s*<\?xml[^>]*?encoding=["']([\w.:-]+)["']""")
_UNICODE = frozenset({"utf-8", "utf8", "us-ascii", "ascii"})
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


@dataclass(frozen=True, slots=True)
class Begun:
    """An element begins."""

    name: str
    attributes: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Ended:
    """An element ends; its text is what stood in it, its children's left out."""

    name: str
    text: str


class _Collector(ContentHandler):
    def __init__(self) -> None:
        super().__init__()
        self.events: list[Begun | Ended] = []
        self.heard = 0
        self._texts: list[list[str]] = []
        self._sizes: list[int] = []

    def startElement(self, name: str, attrs: AttributesImpl) -> None:  # noqa: N802 - the interface's name
        self.heard += 1
        if len(self._texts) >= DEEPEST:
            raise Damaged(f"its elements lie more than {DEEPEST} deep in each other")
        self._texts.append([])
        self._sizes.append(0)
        self.events.append(Begun(_local(name), {_local(key): value for key, value in attrs.items()}))

    def characters(self, content: str) -> None:
        self.heard += 1
        room = TEXT - self._sizes[-1]
        if room > 0:
            self._texts[-1].append(content[:room])
            self._sizes[-1] += len(content)

    def endElement(self, name: str) -> None:  # noqa: N802 - the interface's name
        self.heard += 1
        self._sizes.pop()
        self.events.append(Ended(_local(name), "".join(self._texts.pop())))


@lru_cache(maxsize=1_000)
def _local(name: str) -> str:
    return name.rpartition(":")[2]


def elements(chunks: Iterable[bytes]) -> Iterator[Begun | Ended]:
    """This function will yield the elements of an XML file as they begin and end.

    Raises:
        Damaged: after what could be read.
    """
    collector = _Collector()
    parser = create_parser(forbid_dtd=False, forbid_entities=True, forbid_external=True)
    parser.setContentHandler(collector)
    silent = heard = 0
    try:
        for chunk in _legal(chunks):
            parser.feed(chunk)
            yield from _taken(collector)
            silent = silent + len(chunk) if collector.heard == heard else 0
            heard = collector.heard
            if silent > LONGEST:
                raise Damaged(f"one of its tags is longer than {LONGEST >> 20} MB")
        parser.close()
    except SAXException as error:
        yield from _taken(collector)
        raise Damaged(f"it is no well-formed XML: {error.getMessage()}") from error
    except LookupError as error:
        raise Damaged("it is written in an unknown encoding") from error
    except DefusedXmlException as error:
        raise Damaged("it declares entities or refers to other files, which is not followed") from error


def _taken(collector: _Collector) -> list[Begun | Ended]:
    taken, collector.events = collector.events, []
    return taken


def _legal(chunks: Iterable[bytes]) -> Iterator[str | bytes]:
    """Text without the bytes and control characters that XML forbids and that tools write all the same."""
    decoder = None
    is_first = True
    for chunk in chunks:
        if is_first:
            is_first = False
            declared = _DECLARED.match(chunk)
            if chunk.startswith(_UTF16) or (declared and declared[1].decode().lower() not in _UNICODE):
                yield chunk
                continue
            decoder = codecs.getincrementaldecoder("utf-8-sig")("replace")
        yield chunk if decoder is None else _ILLEGAL.sub("\ufffd", decoder.decode(chunk))
