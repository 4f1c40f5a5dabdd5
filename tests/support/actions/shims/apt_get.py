"""Stands in for apt-get, asked through sudo: the packages are found, but for those called no-such-…."""

from __future__ import annotations

import re
import sys

_PACKAGE = re.compile(r"[a-z0-9][a-z0-9+.:-]+")
_INSTALL = ["install", "--yes", "--no-install-recommends"]


def main(arguments: list[str]) -> int:
    """This function will answer as apt-get does."""
    if arguments == ["update"]:
        print("Reading package lists... Done")
        return 0
    packages = arguments[len(_INSTALL) :]
    if arguments[: len(_INSTALL)] != _INSTALL or not packages:
        print(f"E: Invalid operation {' '.join(arguments)}", file=sys.stderr)
        return 100
    for package in packages:
        if not _PACKAGE.fullmatch(package) or package.startswith("no-such-"):
            print(f"E: Unable to locate package {package}", file=sys.stderr)
            return 100
    print(f"0 upgraded, {len(packages)} newly installed, 0 to remove and 0 not upgraded.")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
