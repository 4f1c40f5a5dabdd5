"""Rust: Cargo workspaces and single crates."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.config.pipeline import Kind
from bot.pack.manifests.crates import find_crates
from bot.pack.model import Ecosystem, Task
from bot.pack.tasks import GROUP, TESTS, as_said, installing, listed, part, whole

if TYPE_CHECKING:
    from bot.config.pipeline import GroupConfig, ProjectConfig

_NEXTEST = "cargo-nextest@0.9.146"
_AUDIT = "cargo-audit@0.22.2"
_JUNIT = "target/nextest/*/junit.xml"
_LOCKED = """\
locked=()
[ ! -f Cargo.lock ] || locked=(--locked)"""
_BUILD = f"""\
{_LOCKED}
cargo build --workspace "${{locked[@]}}" --profile "${{VARIANT/debug/dev}}\""""
_FMT = "cargo fmt --all -- --check"
_CLIPPY = "cargo clippy --workspace --all-targets -- -D warnings"
_AUDITED = """\
[ -f Cargo.lock ] || cargo generate-lockfile
cargo audit"""
_DOCS = """\
export RUSTDOCFLAGS="-D warnings"
cargo doc --workspace --no-deps"""
_DOC_TESTS = """\
[ -z "$libraries" ] || cargo test --doc --workspace || failed=$?"""
_DOC_TESTS_OF_SOME = """\
for package in {packages}; do
  ! grep -qxF -- "$package" <<< "$libraries" || cargo test --doc -p "$package" || failed=$?
done"""


def _builds(project: ProjectConfig) -> tuple[Task, ...]:
    return as_said(
        (
            Task(job="build", title="build", run=_BUILD, variants=("debug", "release")),
            Task(job="fmt", title="rustfmt", run=_FMT, minutes=10),
            Task(job="clippy", title="clippy", run=_CLIPPY),
            Task(job="security-audit", title="cargo audit", run=_AUDITED, minutes=10, tools=(_AUDIT,)),
            Task(job="docs", title="rustdoc", run=_DOCS),
        ),
        project,
    )


def _tested(packages: tuple[str, ...]) -> str:
    """Unit and integration tests, then doc tests, which only libraries have; both, even where the first fail."""
    selected = listed(packages, "-p") or "--workspace"
    documented = _DOC_TESTS_OF_SOME.format(packages=listed(packages)) if packages else _DOC_TESTS
    return f"""\
failed=0
cargo nextest run {selected} --no-fail-fast --no-tests=pass || failed=$?
libraries=$(cargo metadata --no-deps --format-version 1 |
  jq -r '.packages[] | select(any(.targets[]; .doctest)).name')
{documented}
exit "$failed\""""


def _tests(project: ProjectConfig) -> Task:
    task = Task(
        job=TESTS,
        title="all tests",
        run=_tested(()),
        minutes=45,
        category="unit",
        junit=_JUNIT,
        tools=(_NEXTEST,),
    )
    return whole(task, project)


def _group(project: ProjectConfig, group: GroupConfig) -> Task:
    task = Task(
        job=GROUP,
        title=", ".join(group.packages),
        run=_tested(group.packages),
        junit=_JUNIT,
        tools=(_NEXTEST,),
    )
    return part(task, project, group)


def _ships(project: ProjectConfig, binaries: tuple[str, ...]) -> str:  # noqa: ARG001 - one way for every project
    return f"""\
case "$TARGET" in
  linux-x64) triple=x86_64-unknown-linux-gnu ;;
  linux-arm64) triple=aarch64-unknown-linux-gnu ;;
  *) echo "nothing is built for $TARGET" >&2; exit 1 ;;
esac
if [ "$TARGET" = linux-arm64 ] && [ "$(uname -m)" != aarch64 ]; then
  export CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_LINKER=aarch64-linux-gnu-gcc
  export CC_aarch64_unknown_linux_gnu=aarch64-linux-gnu-gcc
  export CXX_aarch64_unknown_linux_gnu=aarch64-linux-gnu-g++
fi
rustup target add "$triple"
{_LOCKED}
cargo build --release "${{locked[@]}}" --target "$triple" {listed(binaries, "--bin")}
for binary in {listed(binaries)}; do
  install -D -m 755 "${{CARGO_TARGET_DIR:-target}}/$triple/release/$binary" "$OUT/$binary"
done"""


ECOSYSTEM = Ecosystem(
    kind=Kind.CARGO,
    find=find_crates,
    prepares=lambda project: installing("", project),  # Cargo fetches by itself
    builds=_builds,
    tests=_tests,
    group=_group,
    ships=_ships,
    manifests=("Cargo.toml", "rust-toolchain.toml", "rust-toolchain"),
)
