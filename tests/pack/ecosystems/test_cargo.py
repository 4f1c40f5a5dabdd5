from __future__ import annotations

import json
import subprocess

import pytest

from bot.config.pipeline import GroupConfig, Kind, ProjectConfig
from bot.pack.detecting import ecosystem_of

CARGO = ecosystem_of(Kind.CARGO)
PROJECT = ProjectConfig(kind=Kind.CARGO)


def _ran(text: str, documented: dict[str, bool], failing: str = "") -> tuple[int, list[str]]:
    """What a job calls of Cargo in a workspace of those crates, and how it ends where one call fails."""
    targets = [{"name": name, "targets": [{"doctest": has}]} for name, has in documented.items()]
    stands_in = f"""
      cargo() {{
        case "$1" in metadata) echo '{json.dumps({"packages": targets})}' ;; *) echo "cargo $*"; esac
        [ "$*" != '{failing}' ]
      }}"""
    ran = subprocess.run(
        ["bash", "-eo", "pipefail", "-c", f"{stands_in}\n{text}"], capture_output=True, text=True, check=False
    )
    assert ran.stderr == ""
    return ran.returncode, ran.stdout.splitlines()


def test_doc_tests_are_run_where_there_is_a_library() -> None:
    """Cargo fails where none has one: https://github.com/rust-lang/cargo/issues/10884."""
    all_tests = "cargo nextest run --workspace --no-fail-fast --no-tests=pass"
    text = CARGO.tests(PROJECT).run
    assert _ran(text, {"a": False, "b": False}) == (0, [all_tests])
    assert _ran(text, {"a": False, "b": True}) == (0, [all_tests, "cargo test --doc --workspace"])


def test_doc_tests_of_a_part_are_those_of_its_libraries() -> None:
    """Crate by crate: one without a library among them would fail the job."""
    text = CARGO.group(PROJECT, GroupConfig(packages=("a", "b"))).run
    both = "cargo nextest run -p a -p b --no-fail-fast --no-tests=pass"
    assert _ran(text, {"a": False, "b": True, "ab": True}) == (0, [both, "cargo test --doc -p b"])


@pytest.mark.parametrize(
    "failing",
    ["nextest run -p a -p b --no-fail-fast --no-tests=pass", "test --doc -p a", "test --doc -p b"],
)
def test_all_tests_are_run_even_where_some_fail(failing: str) -> None:
    """Whoever mends it wants to see everything that is broken, and the job is red."""
    text = CARGO.group(PROJECT, GroupConfig(packages=("a", "b"))).run
    ended, called = _ran(text, {"a": True, "b": True}, failing)
    assert (ended, len(called)) == (1, 3)


def test_programs_of_the_other_machine_are_linked_by_its_linker() -> None:
    """On x86-64 the linker of arm64 is Debian's cross gcc; the programs come to where they are asked for."""
    ships = CARGO.ships
    assert ships is not None
    text = f"""
      rustup() {{ echo "rustup $*"; }}
      cargo() {{ echo "cargo $* by $CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_LINKER"; }}
      install() {{ echo "install $*"; }}
      uname() {{ echo x86_64; }}
      TARGET=linux-arm64 OUT=/out
      {ships(PROJECT, ("boat", "rope"))}"""
    ran = subprocess.run(["bash", "-e", "-c", text], capture_output=True, text=True, check=True)
    built = "target/aarch64-unknown-linux-gnu/release"
    called = "cargo build --release --target aarch64-unknown-linux-gnu --bin boat --bin rope"
    assert ran.stdout.splitlines() == [
        "rustup target add aarch64-unknown-linux-gnu",
        f"{called} by aarch64-linux-gnu-gcc",
        f"install -D -m 755 {built}/boat /out/boat",
        f"install -D -m 755 {built}/rope /out/rope",
    ]
