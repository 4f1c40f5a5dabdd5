"""Stands in for GitHub's command line: notes what it was asked; the repository has no pull request yet."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

# The first words of what is known, with the flags that each must have and may have.
_KNOWN: dict[tuple[str, ...], tuple[set[str], set[str]]] = {
    ("label", "create"): ({"--color", "--description"}, {"--force"}),
    ("pr", "list"): ({"--head", "--base", "--state", "--json"}, {"--jq"}),
    ("pr", "create"): ({"--head", "--base", "--title", "--body"}, {"--label"}),
    ("auth", "git-credential"): (set(), set()),
}


def main(arguments: list[str]) -> int:
    """This function will take what it knows; no token or an unknown flag ends it."""
    if not os.environ.get("GH_TOKEN"):
        print(
            "gh: To use GitHub CLI in a GitHub Actions workflow, set GH_TOKEN.",
            file=sys.stderr,
        )
        return 4
    words = tuple(arguments[:2])
    flags = {word for word in arguments if word.startswith("--")}
    must, may = _KNOWN.get(words, ({"--known"}, set()))
    if not must <= flags or not flags <= must | may:
        print(f"unknown command or flags: {' '.join(arguments)}", file=sys.stderr)
        return 1
    with Path(os.environ["GH_CALLS"]).open("a") as calls:
        calls.write(f"{json.dumps(arguments)}\n")
    if words == ("pr", "list"):
        print("0")
    if words == ("pr", "create"):
        print("https://github.com/acme/breakwater/pull/7")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
