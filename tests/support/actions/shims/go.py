"""Stands in for Go where it would fetch a program: gotestsum and govulncheck; all else is the real Go's."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from xml.etree import ElementTree as ET

_GOTESTSUM = re.compile(r"gotest\.tools/gotestsum@v\d+\.\d+\.\d+")
_GOVULNCHECK = re.compile(r"golang\.org/x/vuln/cmd/govulncheck@v\d+\.\d+\.\d+")
_GOTESTSUM_FLAGS = 4  # --format NAME --junitfile NAME


def main(arguments: list[str]) -> int:
    """This function will run the real Go, but for the programs that it would have to fetch."""
    path = os.pathsep.join(
        part for part in os.environ["PATH"].split(os.pathsep) if not part.endswith("/programs")
    )
    real = shutil.which("go", path=path) or "go"
    if arguments[:1] != ["run"] or "@" not in arguments[1]:
        os.execv(real, [real, *arguments])  # noqa: S606 - the machine's Go
    if _GOVULNCHECK.fullmatch(arguments[1]):
        print("No vulnerabilities found.")
        return 0
    if not _GOTESTSUM.fullmatch(arguments[1]):
        print(f"go: {arguments[1]}: no required module provides it", file=sys.stderr)
        return 1
    return _test_sum(real, arguments[2:])


def _test_sum(real: str, arguments: list[str]) -> int:
    """Test results as gotestsum tells and writes them."""
    flags, tests = arguments[:_GOTESTSUM_FLAGS], arguments[_GOTESTSUM_FLAGS:]
    if flags[::2] != ["--format", "--junitfile"] or tests[:2] != ["--", "-race"]:
        print(f"unknown flag: {arguments}", file=sys.stderr)
        return 3
    # The race detector needs a C compiler and the standard library built anew: left to real runners.
    done = subprocess.run([real, "test", "-json", *tests[2:]], stdout=subprocess.PIPE, text=True, check=False)
    events = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    for event in events:
        if event["Action"] == "output":
            sys.stdout.write(event["Output"])
    ended = [one for one in events if one.get("Test") and one["Action"] in {"pass", "fail", "skip"}]
    suite = ET.Element("testsuite", name="go", tests=str(len(ended)))
    for one in ended:
        case = ET.SubElement(suite, "testcase", classname=one["Package"], name=one["Test"])
        if one["Action"] == "fail":
            ET.SubElement(case, "failure", message="Failed")
    ET.ElementTree(suite).write(flags[3], encoding="utf-8")
    return done.returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
