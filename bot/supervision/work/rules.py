"""Decides which files an agent forgot may be committed, and finds secrets in what would be pushed."""

from __future__ import annotations

import re
import stat
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.redaction import holds_secret
from bot.supervision.work.model import Hindrance

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from datetime import timedelta

    from bot.supervision.work.model import Content, Forgotten

MOST_FILES = 50  # that are committed at once; more are no files that were forgotten
MOST_BYTES = 1_000_000  # of one file
MOST_TOGETHER = 2_000_000  # bytes of one commit; what is beyond them waits for the next
MOST_NAMES = 20_000  # bytes of the paths of one commit: they have to fit into an order

_SECRET_NAMES = re.compile(
    r"(?i)(^|/)(\.env(\.(?!example$|sample$|template$|dist$)[^/]+)?|\.envrc|\.netrc|_netrc|\.npmrc|\.pypirc|"
    r"\.git-credentials|\.pgpass|\.htpasswd|\.dockercfg|\.docker/config\.json|\.aws/credentials|\.kube/config|"
    r"kubeconfig|credentials(\.json|\.ya?ml|\.toml)?|secrets?\.(json|ya?ml|toml|env|txt)|service[-_]account[^/]*\.json|"
    r"id_(rsa|dsa|ecdsa|ed25519)(_sk)?|[^/]*\.(pem|key|p12|pfx|p8|jks|keystore|kdbx|ppk|asc|gpg|tfstate|ovpn)|"
    r"[^/]*\.tfstate\.backup)$"
)
# As git itself takes it, where it has no better word: a NUL near the beginning. UTF-16 has them, too.
_BINARY = b"\0"
_PART, _OVERLAP = 65_536, 8192  # characters; no key is longer


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """Which files are committed, and why others are not."""

    files: tuple[Forgotten, ...]
    hindered: Mapping[Hindrance, tuple[bytes, ...]]
    waiting: int = 0  # files that another commit takes


def choose(files: Iterable[Forgotten], *, quiet: timedelta) -> Choice:
    """This function will choose the files that may be committed, by how they lie there."""
    chosen: list[Forgotten] = []
    hindered: dict[Hindrance, tuple[bytes, ...]] = {}
    for file in files:
        hindrance = hindrance_of(file, quiet=quiet)
        if hindrance is None:
            chosen.append(file)
        else:
            hindered[hindrance] = (*hindered.get(hindrance, ()), file.path)
    together = tuple(_together(chosen))
    return Choice(files=together, hindered=hindered, waiting=len(chosen) - len(together))


def hindrance_of(file: Forgotten, *, quiet: timedelta) -> Hindrance | None:
    """This function will find the first thing that keeps a file from being committed."""
    if file.still < quiet.total_seconds():
        return Hindrance.FRESH
    return next((hindrance for hindrance, holds in HINDRANCES.items() if holds(file)), None)


# What is asked of each file that lies still, in this order.
HINDRANCES: Mapping[Hindrance, Callable[[Forgotten], bool]] = {
    Hindrance.UNTRACKED: lambda file: "D" in file.status,
    Hindrance.NESTED: lambda file: stat.S_ISDIR(file.mode),
    Hindrance.LINK: lambda file: stat.S_ISLNK(file.mode),
    Hindrance.SPECIAL: lambda file: not stat.S_ISREG(file.mode),
    Hindrance.SHARED: lambda file: file.links > 1,
    Hindrance.LARGE: lambda file: file.size > MOST_BYTES,
    Hindrance.FILTERED: lambda file: bool(file.filter),
    Hindrance.SECRET_NAME: lambda file: _SECRET_NAMES.search(file.path.decode(errors="replace")) is not None,
}


def inspect(content: Content) -> Hindrance | None:
    """This function will find what keeps a file from being committed, now that its content is known."""
    if not content.mode.startswith("100"):
        return Hindrance.LINK
    if len(content.content) > MOST_BYTES:
        return Hindrance.LARGE
    if any(
        holds_secret(text) for text in (*_readings(content.content), content.path.decode(errors="replace"))
    ):
        return Hindrance.SECRET
    if _BINARY in content.content and not content.content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return Hindrance.NOT_TEXT
    return None


def leaks(changes: bytes) -> bool:
    """This function will say whether a secret stands in what commits add and say.

    Args:
        changes: as `changes.sh` tells them: every commit as it is stored, with its changes.
    """
    return any(holds_secret(part) for text in _readings(b"\n".join(_added(changes))) for part in _parts(text))


def _readings(raw: bytes) -> Iterator[str]:
    """The text as it is, and where it has two bytes for each character, without the second."""
    yield raw.decode(errors="replace")
    if _BINARY in raw:
        yield raw.replace(_BINARY, b"").decode(errors="replace")


def _parts(text: str) -> Iterator[str]:
    """Parts of a long text that overlap: each is looked through in a moment, for the few forms it gives reason to."""
    for begin in range(0, max(1, len(text)), _PART):
        yield text[begin : begin + _PART + _OVERLAP]


def _added(changes: bytes) -> Iterator[bytes]:
    """Every line but those that are removed; what is added without the marks before it.

    Within a change each line begins with a mark for each parent; whatever does not is the beginning of something else.
    """
    parents = 0
    for line in changes.split(b"\n"):
        if line.startswith(b"@@"):
            parents = len(line) - len(line.lstrip(b"@")) - 1
            yield line
        elif line[:1] not in b" +-\\":
            parents = 0
            yield line
        elif b"-" not in line[:parents]:
            yield line[parents:]


def _together(files: Iterable[Forgotten]) -> Iterator[Forgotten]:
    """The first files that fit into one commit."""
    size = names = 0
    for file in files:
        size, names = size + file.size, names + len(file.path)
        if size > MOST_TOGETHER or names > MOST_NAMES:
            return
        yield file
