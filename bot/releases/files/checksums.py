"""Reads a checksums file and holds it against the digests that GitHub has."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bot.commands.reasons import Reason
from bot.markdown import code
from bot.releases.files.model import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from bot.github.release_models import Asset

# As sha256sum writes it, and as `sha256sum --tag` and BSD's sha256 do; a backslash first says that the name has some.
_LINE = re.compile(
    r"\\?(?P<digest>[0-9A-Fa-f]{64}) [ *](?P<name>.+)|SHA256 \((?P<tagged>.+)\) = (?P<other>[0-9A-Fa-f]{64})"
)
# What GitHub makes of a name: https://docs.github.com/en/rest/releases/assets#upload-a-release-asset
_SPECIAL = re.compile(r"[^A-Za-z0-9_+~@-]+")
# What speaks about files is made after them, and cannot be in their list.
_SIGNATURES = (".sigstore.json", ".sigstore", ".intoto.jsonl", ".sig", ".asc", ".pem", ".crt", ".minisig")
_MOST_LISTED = 10


def read_checksums(text: str) -> Mapping[str, str] | Problem:
    """This function will read which file has which SHA-256, by the file's name without its folders."""
    found: dict[str, str] = {}
    for number, line in enumerate(text.lstrip("\ufeff").splitlines(), start=1):
        if not line.strip() or line.startswith("#"):
            continue
        read = _LINE.fullmatch(line.rstrip())
        if read is None:
            return _wrong(f"Its line {number} is none that sha256sum writes.")
        name = _stored((read["name"] or read["tagged"]).rpartition("/")[2])
        digest = (read["digest"] or read["other"]).lower()
        if found.setdefault(name, digest) != digest:
            return _wrong(f"It has two different digests of {code(name)}.")
    return found


def problems_of_checksums(
    listed: Mapping[str, str], assets: Sequence[Asset], *, name: str
) -> tuple[Problem, ...]:
    """This function will tell where the checksums file and the release's files disagree.

    Args:
        listed: The SHA-256 of each file.
        assets: Those of the release.
        name: Of the checksums file itself, which need not be in its own list.
    """
    return tuple(_wrong(text) for text in _disagreements(listed, assets, name=name))


def _disagreements(listed: Mapping[str, str], assets: Sequence[Asset], *, name: str) -> Iterator[str]:
    there = {_stored(asset.name) for asset in assets}
    for asset in assets:
        digest = listed.get(_stored(asset.name))
        if digest is None:
            if asset.name != name and not _speaks_of_others(asset.name):
                yield f"It does not list {code(asset.name)}."
        elif asset.name != name and f"sha256:{digest}" != asset.digest:
            yield f"{code(asset.name)} is not the file that it lists: {code(asset.digest)} is there."
    absent = [one for one in listed if one not in there]
    if absent:
        named = ", ".join(code(one) for one in absent[:_MOST_LISTED])
        yield f"It lists {named}, which the release does not have."


def _stored(name: str) -> str:
    """What GitHub makes of a name: special characters are dots, and several are one here."""
    return _SPECIAL.sub(".", name).strip(".")


def _speaks_of_others(name: str) -> bool:
    return name.endswith(_SIGNATURES)


def _wrong(text: str) -> Problem:
    return Problem(reason=Reason.CHECKSUM_WRONG, text=text)
