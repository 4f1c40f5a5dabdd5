"""Stands in for cargo-nextest: builds by the real `cargo test`, runs each test by itself, tells it as nextest does."""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
import time
import tomllib
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree as ET

_TEST_RUN_FAILED, _BUILD_FAILED, _RULE = 100, 101, "────────────"


@dataclass(frozen=True)
class Outcome:
    """How one test ended."""

    binary: str
    test: str
    seconds: float
    output: str
    status: str  # PASS, FAIL, SIGSEGV, …


def main(arguments: list[str]) -> int:
    """This function will run tests; what nextest would not take ends it."""
    asked = _parser().parse_args(arguments)
    selected = [word for name in asked.package for word in ("-p", name)] or ["--workspace"]
    build = subprocess.run(
        ["cargo", "test", *selected, "--no-run", "--message-format", "json-render-diagnostics"],
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    if build.returncode:
        command = " ".join(
            ["cargo", "test", "--no-run", "--message-format", "json-render-diagnostics", *selected]
        )
        print(f"error: command `{command}` exited with code {build.returncode}", file=sys.stderr)
        return _BUILD_FAILED
    binaries = _binaries(build.stdout)
    listed = {binary: _tests(program) for binary, (program, _) in binaries.items()}
    skipped = sum(len(_tests(program, "--ignored")) for program, _ in binaries.values())
    count = sum(map(len, listed.values())) - skipped
    print(f"{_RULE}\n Nextest run ID 8b317b39-762f-404d-9c5a-064087f15252 with nextest profile: default")
    print(f"    Starting {count} tests across {len(listed)} binaries ({skipped} tests skipped)", flush=True)
    outcomes = [
        _run(binary, *binaries[binary], test)
        for binary, tests in listed.items()
        for test in tests
        if test not in _tests(binaries[binary][0], "--ignored")
    ]
    _sum_up(outcomes, skipped)
    _write_junit(asked.tool_config_file, outcomes)
    return _TEST_RUN_FAILED if any(one.status != "PASS" for one in outcomes) else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="cargo nextest", allow_abbrev=False)
    parser.add_argument("self", choices=["nextest"])  # cargo gives the subcommand's name along
    parser.add_argument("run", choices=["run"])
    parser.add_argument("-p", "--package", action="append", default=[])
    parser.add_argument("--workspace", action="store_true")
    parser.add_argument("--no-fail-fast", action="store_true")
    parser.add_argument("--no-tests", choices=["pass", "warn", "fail", "auto"])
    parser.add_argument("--tool-config-file", default="")
    return parser


def _binaries(messages: str) -> dict[str, tuple[str, str]]:
    """Each test program and the folder it runs in, by the id that nextest gives it."""
    found: dict[str, tuple[str, str]] = {}
    for message in map(json.loads, filter(None, messages.splitlines())):
        target = message.get("target", {})
        if message.get("executable") is None or not message["profile"]["test"] or "bench" in target["kind"]:
            continue
        folder = Path(message["manifest_path"]).parent
        package = tomllib.loads((folder / "Cargo.toml").read_text())["package"]["name"]
        kind = target["kind"][0]
        name = {"test": f"{package}::{target['name']}", "bin": f"{package}::bin/{target['name']}"}.get(
            kind, package
        )
        found[name] = (message["executable"], str(folder))
    return dict(sorted(found.items()))


def _tests(program: str, *flags: str) -> list[str]:
    told = subprocess.run(
        [program, "--list", "--format", "terse", *flags], capture_output=True, text=True, check=True
    )
    return [line.removesuffix(": test") for line in told.stdout.splitlines() if line.endswith(": test")]


def _run(binary: str, program: str, folder: str, test: str) -> Outcome:
    begun = time.monotonic()
    done = subprocess.run(
        [program, "--exact", test, "--nocapture"],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    seconds = time.monotonic() - begun
    status = {0: "PASS", -11: "SIGSEGV", -6: "SIGABRT"}.get(done.returncode, "FAIL")
    outcome = Outcome(binary, test, seconds, done.stdout, status)
    print(_line(outcome))
    if status != "PASS":
        print("  stdout ───\n")
        print("\n".join(f"    {line}" for line in done.stdout.splitlines()), end="\n\n")
    sys.stdout.flush()
    return outcome


def _line(one: Outcome) -> str:
    return f"{one.status:>12} [{one.seconds:>8.3f}s] {one.binary} {one.test}"


def _sum_up(outcomes: list[Outcome], skipped: int) -> None:
    failed = [one for one in outcomes if one.status != "PASS"]
    seconds = sum(one.seconds for one in outcomes)
    told = f"{len(outcomes) - len(failed)} passed, " + (f"{len(failed)} failed, " if failed else "")
    print(f"{_RULE}\n     Summary [{seconds:>8.3f}s] {len(outcomes)} tests run: {told}{skipped} skipped")
    for one in failed:
        print(_line(one))
    if failed:
        print("error: test run failed", flush=True)


def _write_junit(tool_config: str, outcomes: list[Outcome]) -> None:
    """A report is written only where a configuration asks for one, as nextest does."""
    root = Path(_workspace_root())
    report = _report(root / ".config/nextest.toml") or _report(Path(tool_config.partition(":")[2]))
    if not report:
        return
    suites = ET.Element("testsuites", name="nextest-run", tests=str(len(outcomes)))
    for binary in dict.fromkeys(one.binary for one in outcomes):
        mine = [one for one in outcomes if one.binary == binary]
        failures = str(sum(one.status != "PASS" for one in mine))
        suite = ET.SubElement(suites, "testsuite", name=binary, tests=str(len(mine)), failures=failures)
        for one in mine:
            case = ET.SubElement(
                suite, "testcase", name=one.test, classname=binary, time=f"{one.seconds:.3f}"
            )
            if one.status != "PASS":
                message = _panic(one.output)
                failure = ET.SubElement(case, "failure", type="test failure", message=message)
                failure.text = one.output
    target = root / "target/nextest/default" / report
    target.parent.mkdir(parents=True, exist_ok=True)
    ET.ElementTree(suites).write(target, encoding="utf-8", xml_declaration=True)


def _report(config: Path) -> str:
    if not config.is_file():
        return ""
    told: str = (
        tomllib.loads(config.read_text()).get("profile", {}).get("default", {}).get("junit", {}).get("path")
    )
    return told or ""


def _panic(output: str) -> str:
    found = re.search(r"panicked at ([^\n]+):\n([^\n]*)", output)
    return f"thread panicked at {found[1]}: {found[2]}" if found else "test failed"


def _workspace_root() -> str:
    told = subprocess.run(
        ["cargo", "metadata", "--no-deps", "--offline", "--format-version", "1"],
        capture_output=True,
        text=True,
        check=True,
    )
    root: str = json.loads(told.stdout)["workspace_root"]
    return root


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
