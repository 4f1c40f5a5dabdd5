"""Stands in for Terraform where it would fetch a provider: files are held to the real schema by other tests."""

from __future__ import annotations

import sys

_KNOWN = ("fmt -check -recursive", "init -backend=false -input=false", "validate")


def main(arguments: list[str]) -> int:
    """This function will take what a check of the files asks, and nothing that would plan or apply."""
    asked = " ".join(arguments)
    if asked in _KNOWN:
        print("Success! The configuration is valid.")
        return 0
    print(f"Terraform has no command named {asked!r} here.", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
