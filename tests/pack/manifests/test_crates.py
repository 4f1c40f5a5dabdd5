from __future__ import annotations

import pytest

from bot.pack.detecting import detect
from tests.support.layouts import layout_of


def _crate(name: str, more: str = "") -> bytes:
    return f'[package]\nname = "{name}"\n{more}'.encode()


def test_what_cargo_takes_in_and_leaves_out() -> None:
    """A member that is named beats `exclude`; a crate by its path is one, wherever its path is said."""
    workspace = (
        '[workspace]\nmembers = ["libs/kept", "libs/*"]\nexclude = ["libs"]\n[workspace.dependencies]\n'
        'shared = {path = "shared"}\nserde = "1"\nlog = {version = "1"}\nfree = {path = "free"}\n'
    )
    inherits = "".join(f"{name} = {{workspace = true}}\n" for name in ("shared", "serde", "log", "absent"))
    by_machine = '[target."cfg(unix)".dependencies]\nunix = {path = "../../unix"}\nodd = {path = 1}\n'
    around = '[dev-dependencies]\nfar = {path = "../../far"}\nkept = {path = "../libs/kept"}\n'
    files = {
        "Cargo.toml": workspace.encode(),
        "libs/kept/Cargo.toml": _crate("kept", f"[dependencies]\n{inherits}{by_machine}"),
        "libs/left/Cargo.toml": _crate("left"),
        "shared/Cargo.toml": b'dependencies = 1\n[package]\nname = "shared"\n',
        "unix/Cargo.toml": _crate("unix", around),
        "free/Cargo.toml": _crate("free"),
        "benches/Cargo.toml": _crate("benches"),
    }
    (found,) = detect(layout_of(files))
    assert [member.name for member in found.members] == ["kept", "shared", "unix"]
    files["Cargo.toml"] = b'[package]\nname = "root"\n' + files["Cargo.toml"]
    (found,) = detect(layout_of(files))
    assert [member.name for member in found.members] == ["root", "kept", "shared", "unix"]


@pytest.mark.parametrize(
    ("more", "paths", "expected"),
    [
        ("", ["src/main.rs", "src/bin/b.rs", "src/bin/c/main.rs", "src/bin/c/x.rs"], ("a", "b", "c")),
        ("autobins = false", ["src/main.rs"], ()),
        ('[[bin]]\nname = "named"\npath = "src/main.rs"', ["src/main.rs"], ("named",)),
        ('[[bin]]\nname = "b"\nrequired-features = ["x"]', ["src/bin/b.rs", "src/bin/c.rs"], ("c",)),
        ("[[bin]]\npath = 'src/x.rs'", ["src/x.rs"], ()),
        ("", ["src/lib.rs"], ()),
    ],
)
def test_programs_are_those_that_cargo_builds(more: str, paths: list[str], expected: tuple[str, ...]) -> None:
    """By name, by file, not those that need a feature; the crate's own first."""
    (found,) = detect(layout_of({"Cargo.toml": _crate("a", more), **dict.fromkeys(paths, b"")}))
    assert found.binaries == expected


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ("", ["cargo nextest run -p a --test perf_read", "cargo nextest run -p a --test two"]),
        ("autotests = false", []),
        ('[[test]]\nname = "two"\ntest = false', ["cargo nextest run -p a --test perf_read"]),
        (
            (
                '[[test]]\nname = "two"\nrequired-features = ["x", "y"]\n'
                "[[test]]\nname = 'perf_read'\nrequired-features = 'odd'"
            ),
            ["cargo nextest run -p a --test two --features x,y", "cargo nextest run -p a --test perf_read"],
        ),
    ],
)
def test_test_targets_are_suites(more: str, expected: list[str]) -> None:
    """Each with the features that it needs; not those that are switched off."""
    paths = dict.fromkeys(["tests/two.rs", "tests/perf_read/main.rs", "tests/common/mod.rs"], b"")
    (found,) = detect(layout_of({"Cargo.toml": _crate("a", more), **paths}))
    assert [suite.run for suite in found.suites] == expected
    assert {suite.name: suite.category for suite in found.suites}.get(
        "perf-read", "performance"
    ) == "performance"


@pytest.mark.parametrize(
    ("crates", "each", "expected"),
    [
        (2, 8, "x-t0 cargo nextest run -p x-c0 --test t0"),
        (2, 9, "c0-integration cargo nextest run -p x-c0 --test '*' --features f"),
        (17, 1, "integration-full cargo nextest run --workspace --test '*'"),
    ],
)
def test_many_test_targets_are_fewer_jobs(crates: int, each: int, expected: str) -> None:
    """Each job builds for itself: past sixteen there is one for each crate, or one for all."""
    files = {"Cargo.toml": b'[workspace]\nmembers = ["*"]\n'}
    for crate in range(crates):
        files[f"c{crate}/Cargo.toml"] = _crate(
            f"x-c{crate}", '[[test]]\nname = "t0"\nrequired-features = ["f"]\n'
        )
        files |= dict.fromkeys([f"c{crate}/tests/t{number}.rs" for number in range(each)], b"")
    (found,) = detect(layout_of(files))
    first = found.suites[0]
    assert f"{first.name} {first.run}".startswith(expected.replace("x-t0", "c0-t0"))
    assert len(found.suites) == {8: 16, 9: 2, 1: 1}[each]


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"rust-toolchain.toml": b'[toolchain]\nchannel = "nightly-2026-01-01"\n'}, "nightly-2026-01-01"),
        ({"rust-toolchain": b"1.80\n"}, "1.80"),
        ({"rust-toolchain": b'# old\n[toolchain]\nchannel = "1.79"\n'}, "1.79"),
        ({"rust-toolchain": b""}, None),
        ({"rust-toolchain.toml": b'[toolchain]\nchannel = "$(id)"\n'}, None),
        ({"rust-toolchain.toml": b"[toolchain]\npath = '/x'\n"}, None),
        ({}, None),
    ],
)
def test_the_toolchain_is_the_project_s(files: dict[str, bytes], expected: str | None) -> None:
    """In both forms of its file; a name that is none is not passed on."""
    (found,) = detect(layout_of({"Cargo.toml": _crate("a"), **files}))
    assert found.version == expected
