"""Reads what cargo itself says: manifests, resolution of dependencies, build scripts, the registry."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bot.diagnosis.forms.panics import own_place, panics_in
from bot.diagnosis.model import Cause
from bot.diagnosis.parsing import Finding, LogParser
from bot.diagnosis.places import location

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.diagnosis.log.logs import Log
    from bot.diagnosis.model import Location

_HEAD = re.compile(r"^\s*error: (?P<message>.+)")
_NETWORK = re.compile(
    r"(?i)spurious network error|network failure|couldn't fetch advisory|failed to fetch|error sending request|"
    r"could not resolve host|couldn't resolve host|failed to download (?:from|any)|download of .* failed|"
    r"failed to get successful HTTP response|timed? ?out|connection (?:reset|refused)|SSL (?:error|connect)"
)
_DEPENDENCY = re.compile(
    r"^(?:no matching package|failed to select a version|failed to resolve|failed to get `|cannot create the lock file|"
    r"the lock file .* needs to be updated|cannot update the lock file|the package `.*` depends on|failed to load source for dependency|"
    r"checksum for .* changed|checksum .* does not match|unable to update|no matching version|"
    r"package `.*` (?:is required|cannot be built|requires)|failed to query replaced source|cyclic package dependency|"
    r"failed to parse lock file|failed to verify the checksum|invalid checksum)"
)
_MANIFEST = re.compile(
    r"^(?:failed to parse manifest|could not parse input as TOML|failed to read|failed to load manifest|"
    r"could not find `Cargo\.toml`|no targets specified|can't find |couldn't find |"
    r"invalid (?:type|value|character|string|key|table|array|inline|basic|unquoted)|expected |duplicate key|"
    r"unclosed|missing |manifest path|package ID specification|unknown (?:key|variant)|key with no value)"
)
_UNSUPPORTED = re.compile(
    r"^(?:rustc [\d.]+\S* is not supported|package `[^`]*` cannot be built because it requires rustc)"
)
_SCRIPT = re.compile(r"^failed to run custom build command for `(?P<package>[^`]+)`")
_COMMAND = re.compile(
    r"^no such (?:sub)?command:|^toolchain '.*' is not installed|^the option `|^unexpected argument|"
    r"^component '.*' .*(?:unavailable|not)|^no \w+ target named|^no bin target|^no example target|"
    r"^the package '.*' does not contain th(?:is|ese) features?|^none of the selected packages contains|"
    r"^package ID specification|^no library targets found|^a bin target must be available|"
    r"^current package believes|^package `[^`]*` is not a member|^target `[^`]*` in package `[^`]*` requires|"
    r"^`cargo run` could not determine|^the `?-Z|^(?:\d+|some) files in the working directory contain changes|"
    r"^crate (?:version )?`?[^`]*`? (?:is )?already (?:uploaded|exists)|^failed to verify package tarball"
)
_PUBLISH = re.compile(r"^failed to publish to registry|^api errors|^failed to get a 200 OK response")
_REJECTED = re.compile(r"already (?:uploaded|exists)|status 4\d\d|missing or empty metadata")
# What a build script says when the machine lacks a library or a program.
_LACKS = re.compile(
    r"[Ss]ystem library `?\S+ required by|pkg-config .*(?:could not|not found|exited)|The pkg-config command could not be found|"
    r"Could not find (?:directory of )?OpenSSL|is `\w+` not installed\?|Could not find `?protoc|Unable to find libclang"
)
_STDERR = re.compile(r"^\s*--- stderr$")
_TOML_ARROW = re.compile(r"\n\s*--> \S+\.toml:\d+:\d+")
_TOML = re.compile(r"^\s*--> (?P<path>[^\s:]+):(?P<line>\d+)(?::(?P<column>\d+))?")
_END = re.compile(r"^##|^Post job|^The command|^warning: |^\s*(?:Compiling|Checking|Finished) ")
_LONGEST = 40


def read(log: Log) -> Iterator[Finding]:
    """This function will find the errors by which cargo gives up before or beside the compiler."""
    for index, line in enumerate(log.lines):
        head = _HEAD.match(line.text) if "error: " in line.text else None
        if head is None:
            continue
        block = _block(log, index)
        text = "\n".join(log.lines[place].text for place in block)
        if (script := _SCRIPT.match(head["message"])) is not None:
            yield _build_script(log, block, script)
        elif (cause := _cause(head["message"], text)) is not None:
            yield Finding(
                cause=cause,
                message=": ".join((head["message"], *_root(log, block))),
                places=tuple(block),
                locations=_locations(log, block),
            )


def _cause(message: str, text: str) -> Cause | None:
    if _UNSUPPORTED.match(message):
        return Cause.COMPILE
    if _PUBLISH.match(message):
        return Cause.CONFIGURATION if _REJECTED.search(text) else Cause.INFRASTRUCTURE
    if _NETWORK.search(text) and (_DEPENDENCY.match(message) or _NETWORK.search(message)):
        return Cause.INFRASTRUCTURE
    if _DEPENDENCY.match(message):
        return Cause.DEPENDENCY
    manifest = _MANIFEST.match(message) and ("toml" in text.lower() or "manifest" in text)
    return Cause.CONFIGURATION if manifest or _COMMAND.match(message) or _TOML_ARROW.search(text) else None


def _block(log: Log, index: int) -> list[int]:
    """The message with its chain of causes, which may have one blank line within."""
    block, blank = [index], False
    for place in log.downward(index, _LONGEST):
        line = log.lines[place]
        if line.command or _END.match(line.text) or _HEAD.match(line.text):
            break
        if not line.text.strip():
            if blank:
                break
            blank = True
            continue
        if blank and not line.text.startswith(("Caused by", "  ", "--- ")):
            break
        blank = False
        block.append(place)
    return block


def _build_script(log: Log, block: list[int], script: re.Match[str]) -> Finding:
    panics = list(panics_in(log, block))
    said = [place + 1 for place in block if _STDERR.match(log.lines[place].text) and place + 1 in block]
    words = panics[0].message if panics else "".join(log.lines[place].text.strip() for place in said[:1])
    message = f"build script of {script['package'].split(' (')[0]} failed"
    lacks = any(_LACKS.search(log.lines[place].text) for place in block)
    return Finding(
        cause=Cause.DEPENDENCY if lacks else Cause.COMPILE,
        message=f"{message}: {words}" if words else message,
        places=tuple(block),
        locations=own_place(log, panics[0], block) if panics else (),
    )


def _root(log: Log, block: list[int]) -> list[str]:
    """The last cause of the chain, which is the first."""
    below = [place + 1 for place in block if log.lines[place].text.startswith("Caused by:")]
    return [log.lines[place].text.strip() for place in below[-1:] if place in block]


def _locations(log: Log, block: list[int]) -> tuple[Location, ...]:
    found = (_TOML.match(log.lines[place].text) for place in block)
    return tuple(location(one["path"], one["line"], one["column"]) for one in found if one is not None)


PARSER = LogParser(name="cargo", signs=("error: ",), read=read, landmarks=("error: ",))
