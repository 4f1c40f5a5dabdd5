"""Reads what linkers miss or find twice: GNU ld, gold, lld, mold, Apple's ld and MSVC's link."""

from __future__ import annotations

import re

from bot.diagnosis.forms.blocks import Form, reader_of
from bot.diagnosis.model import Cause
from bot.diagnosis.parsing import Rank

_LD = r"(?:\S*/)?(?:\S*-)?(?:ld(?:\.\w+|64(?:\.lld)?)?|mold|wasm-ld|rust-lld|lld-link)(?:\.exe)?"
_BFD = (
    rf"^{_LD}: |: undefined reference to|: multiple definition of|: first defined here|^{_LD}: .*in function"
)
_END = r"^collect2: error: |^clang(?:\+\+)?(?:-\d+)?: error: linker command failed"

PARSER = reader_of(
    "linker",
    signs=(
        "undefined reference",
        "multiple definition",
        "ld: ",
        "ld.lld: ",
        "ld.gold: ",
        "ld64.lld: ",
        "wasm-ld: ",
        "lld-link: ",
        "mold: ",
        "Undefined symbols",
        "error LNK",
        "ld returned",
        "linker command failed",
    ),
    landmarks=("undefined reference", "Undefined symbols for"),
    forms=(
        Form(
            head=re.compile(
                rf"^(?P<message>{_LD}: (?:fatal )?error: (?!ld returned).*|\S+\.o:\S+?:function .*: error: undefined reference .*)"
            ),
            cause=Cause.COMPILE,
            body=re.compile(rf"^\s*>>> |^{_LD}: |: error: undefined reference|{_END}"),
            until=re.compile(r"warning: "),
            blanks=1,
            rank=Rank.CONSEQUENCE,
            places=0,
        ),
        Form(
            head=re.compile(
                rf"(?P<message>(?<!\S)undefined reference to .*|(?<!\S)multiple definition of .*|"
                rf"^Undefined symbols for architecture .*|^duplicate symbol .*|^{_LD}: (?!warning|.*: warning: |.*in function).*)"
            ),
            cause=Cause.COMPILE,
            body=re.compile(rf"{_BFD}|^\s+\S|{_END}"),
            until=re.compile(r"warning: |^\s+(?:Compiling|Finished|Running) "),
            above=re.compile(rf"^{_LD}: .*in function|in function `[^']*':$"),
            rank=Rank.CONSEQUENCE,
            places=0,
        ),
        Form(
            head=re.compile(
                r"^(?:\d+>)?\s*(?:LINK|\S+\.(?:obj|lib|exe)) : (?:fatal )?error (?P<message>LNK\d+: .*)"
            ),
            cause=Cause.COMPILE,
            rank=Rank.CONSEQUENCE,
            places=0,
        ),
        Form(head=re.compile(rf"(?P<message>{_END}.*)"), cause=Cause.COMPILE, rank=Rank.WRAPPER, places=0),
    ),
)
