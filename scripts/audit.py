"""Ask the public advisories about every dependency that is locked: of the program, of its tools and tests, of npm.

    python -m scripts.audit [--lenient]

Ends with 0 where all were asked about and nothing is known, with 1 where something is, with 3 where somebody could not
be asked. That nothing is known about a package is believed only from a service that knows of a weakness that is
known for certain: one that answers "nothing" to everything is no service. With --lenient, what CI uses, 3 becomes 0,
and the sentence that says so is the last thing printed.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
CLEAN, FOUND, UNKNOWN = 0, 1, 3

# An advisory that touches nothing of ours, or has no remedy: its id, and why it may stay.
ACCEPTED: dict[str, str] = {}

# Jinja before 3.1.3 puts attributes into HTML unescaped: https://github.com/advisories/GHSA-h5c8-rqwp-cp95
_CANARY = "jinja2==3.1.2 --hash=sha256:6088930bfe239f0e6710546ab9c19c9ef35e29792895fed6e6e31a023a182a61\n"
_SECONDS_A_PACKAGE = 10
_MOST_SECONDS = 300


@dataclass(frozen=True)
class Advice:
    """What was learned about one lock file."""

    of: str
    asked: int  # packages that were asked about
    found: tuple[str, ...] = ()  # sentences
    unknown: str = ""  # why nobody knows


def audit_python(services: tuple[tuple[str, ...], ...], requirements: str) -> Advice:
    """This function will ask about the packages of uv.lock, at the first service that knows the certain weakness.

    Args:
        services: options of pip-audit that name a service.
        requirements: packages with their versions and hashes, as pip reads them.
    """
    reasons = []
    for service in services:
        canary = _pip_audit(service, _CANARY)
        if any(one.get("vulns") for one in canary):
            return _advice_on(_pip_audit(service, requirements), of="uv.lock")
        reasons.append(service[-1])
    return Advice("uv.lock", 0, unknown=f"none of {', '.join(reasons)} knows what is known for certain")


def audit_npm(folder: Path) -> Advice:
    """This function will ask npm's registry about the packages of one package-lock.json."""
    of = str((folder / "package-lock.json").relative_to(ROOT)) if folder.is_relative_to(ROOT) else folder.name
    try:
        told = _run(("npm", "audit", "--package-lock-only", "--json", "--audit-level=none"), cwd=folder)
        answer = json.loads(told)
    except (OSError, ValueError, subprocess.TimeoutExpired) as error:
        return Advice(of, 0, unknown=f"npm gave no answer ({type(error).__name__})")
    if "auditReportVersion" not in answer:
        return Advice(of, 0, unknown=str(answer.get("message", "npm's answer is none"))[:200])
    found = tuple(
        f"{name}: {entry['severity']} ({via['url']})"
        for name, entry in answer["vulnerabilities"].items()
        for via in entry["via"]
        if isinstance(via, dict) and not _is_accepted(str(via["url"]).rsplit("/", 1)[-1])
    )
    return Advice(of, answer["metadata"]["dependencies"]["total"], found)


def conclude(advices: list[Advice], *, lenient: bool) -> tuple[int, str]:
    """This function will say how the process ends, and what it prints."""
    lines = [f"audit: {one.of}: {sentence}" for one in advices for sentence in one.found]
    lines += [f"audit: {one.of}: {one.asked} packages asked about" for one in advices if not one.unknown]
    unknown = [one for one in advices if one.unknown]
    lines += [f"audit: {one.of}: NOT AUDITED: {one.unknown}" for one in unknown]
    if any(one.found for one in advices):
        return FOUND, "\n".join(lines)
    if unknown:
        return (CLEAN if lenient else UNKNOWN), "\n".join(
            [*lines, "audit: this run says nothing about what was not audited"]
        )
    return CLEAN, "\n".join([*lines, "audit: no known weakness"])


def exported() -> str:
    """This function will give the packages of uv.lock, with all extras and groups, as pip reads them."""
    asked = ("uv", "export", "--frozen", "--all-extras", "--all-groups", "--no-emit-project", "--quiet")
    return _run((f".venv/bin/{asked[0]}", *asked[1:]), cwd=ROOT)


def _advice_on(told: list[dict[str, Any]], *, of: str) -> Advice:
    found = tuple(
        f"{one['name']} {one['version']}: {each['id']}, mended in {', '.join(each['fix_versions']) or 'no version'}"
        for one in told
        for each in one.get("vulns", ())
        if not any(_is_accepted(name) for name in (each["id"], *each.get("aliases", ())))
    )
    skipped = [one["name"] for one in told if "skip_reason" in one]
    asked = len(told) - len(skipped)
    if not told:
        return Advice(of, 0, unknown="pip-audit ended without an answer")
    unknown = f"{len(skipped)} packages, {', '.join(skipped[:5])} among them" if skipped else ""
    return Advice(of, asked, found, unknown)


def _pip_audit(service: tuple[str, ...], requirements: str) -> list[dict[str, Any]]:
    """The packages with what is known of each; empty where the service did not answer."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "requirements.txt"
        file.write_text(requirements, encoding="utf-8")
        asked = (
            *(
                sys.executable,
                "-m",
                "pip_audit",
                "--requirement",
                str(file),
                "--require-hashes",
                "--disable-pip",
            ),
            *("--format", "json", "--progress-spinner", "off", "--timeout", str(_SECONDS_A_PACKAGE)),
            *("--cache-dir", folder, *service),
        )
        try:
            told: list[dict[str, Any]] = json.loads(_run(asked, cwd=ROOT))["dependencies"]
        except (ValueError, KeyError, subprocess.TimeoutExpired):
            return []
        return told


def _is_accepted(advisory: str) -> bool:
    return advisory in ACCEPTED


def _run(asked: tuple[str, ...], *, cwd: Path) -> str:
    """What a program prints; its exit code says no more than that."""
    ended = subprocess.run(  # noqa: S603 - our own words
        asked, cwd=cwd, check=False, capture_output=True, text=True, timeout=_MOST_SECONDS
    )
    return ended.stdout


def main() -> int:
    """This function will audit what is locked."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument(
        "--lenient", action="store_true", help="end with 0 where somebody could not be asked"
    )
    chosen = options.parse_args()
    services = (("--vulnerability-service", "pypi"), ("--vulnerability-service", "osv"))
    folders = sorted(file.parent for file in (ROOT / "scripts").glob("*/package-lock.json"))
    advices = [audit_python(services, exported()), *(audit_npm(folder) for folder in folders)]
    code, text = conclude(advices, lenient=chosen.lenient)
    print(text, file=sys.stderr if code else sys.stdout)
    return code


if __name__ == "__main__":
    sys.exit(main())
