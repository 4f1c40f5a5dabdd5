"""Stands in for cargo-audit: reads the real Cargo.lock and holds it to advisories of its own."""

from __future__ import annotations

import sys
import tomllib
from pathlib import Path

_ADVISORIES = {
    "smallvec": (
        "1.6.0",
        "Buffer overflow in SmallVec::insert_many",
        "2021-01-08",
        "RUSTSEC-2021-0003",
        ">=1.6.1",
    )
}


def main(arguments: list[str]) -> int:
    """This function will tell the vulnerable packages as cargo-audit does."""
    if arguments != ["audit"]:
        print(f"error: unexpected argument '{' '.join(arguments)}' found", file=sys.stderr)
        return 2
    packages = tomllib.loads(Path("Cargo.lock").read_text()).get("package", [])
    print("    Fetching advisory database from `https://github.com/RustSec/advisory-db.git`")
    print("      Loaded 812 security advisories (from /home/runner/.cargo/advisory-db)")
    print(f"    Scanning Cargo.lock for vulnerabilities ({len(packages)} crate dependencies)")
    found = [one for one in packages if _ADVISORIES.get(one["name"], ("",))[0] == one["version"]]
    for package in found:
        _tell(package["name"])
    if found:
        print(f"error: {len(found)} vulnerabilit{'y' if len(found) == 1 else 'ies'} found!", file=sys.stderr)
    return 1 if found else 0


def _tell(name: str) -> None:
    version, title, date, identifier, fixed = _ADVISORIES[name]
    told = {
        "Crate": name,
        "Version": version,
        "Title": title,
        "Date": date,
        "ID": identifier,
        "URL": f"https://rustsec.org/advisories/{identifier}",
        "Solution": f"Upgrade to {fixed}",
    }
    for key, value in told.items():
        print(f"{key + ':':<10} {value}")
    print(flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
