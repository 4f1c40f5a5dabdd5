"""Go: single modules, and those that a workspace holds together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.config.pipeline import Kind
from bot.pack.manifests.modules import GOTESTSUM, find_modules
from bot.pack.manifests.suites import JUNIT
from bot.pack.model import Ecosystem, Task
from bot.pack.tasks import GROUP, TESTS, as_said, installing, listed, part, whole

if TYPE_CHECKING:
    from bot.config.pipeline import GroupConfig, ProjectConfig

_GOVULNCHECK = "golang.org/x/vuln/cmd/govulncheck@v1.3.0"
# `./...` means nothing at the root of a workspace that is no module itself.
_MODULES = """\
mapfile -t modules < <(go list -m -f '{{.Dir}}/...')
"""
_FMT = """\
unformatted=$(gofmt -l . | grep -v '^vendor/' || true)
if [ -n "$unformatted" ]; then
  echo "gofmt would change these files:"
  echo "$unformatted"
  exit 1
fi"""


def _builds(project: ProjectConfig) -> tuple[Task, ...]:
    vulnerable = f'{_MODULES}go run {_GOVULNCHECK} "${{modules[@]}}"'
    return as_said(
        (
            Task(job="build", title="go build", run=f'{_MODULES}go build "${{modules[@]}}"'),
            Task(job="fmt", title="gofmt", run=_FMT, minutes=10),
            Task(job="lint", title="go vet", run=f'{_MODULES}go vet "${{modules[@]}}"'),
            Task(job="security-audit", title="govulncheck", run=vulnerable, minutes=10),
        ),
        project,
    )


def _tested(packages: str) -> str:
    return f"go run {GOTESTSUM} --format standard-quiet --junitfile {JUNIT} -- -race {packages}"


def _tests(project: ProjectConfig) -> Task:
    run = _MODULES + _tested('"${modules[@]}"')
    task = Task(job=TESTS, title="all tests", run=run, minutes=45, category="unit", junit=JUNIT)
    return whole(task, project)


def _group(project: ProjectConfig, group: GroupConfig) -> Task:
    task = Task(job=GROUP, title=", ".join(group.packages), run=_tested(listed(group.packages)), junit=JUNIT)
    return part(task, project, group)


def _ships(project: ProjectConfig, binaries: tuple[str, ...]) -> str:  # noqa: ARG001 - one way for every project
    return f"""\
case "$TARGET" in
  linux-x64) export GOARCH=amd64 ;;
  linux-arm64) export GOARCH=arm64 ;;
  *) echo "nothing is built for $TARGET" >&2; exit 1 ;;
esac
export GOOS=linux CGO_ENABLED=0
for binary in {listed(binaries)}; do
  folder=.
  [ ! -d "cmd/$binary" ] || folder="./cmd/$binary"
  go build -trimpath -buildvcs=false -ldflags='-s -w -buildid=' -o "$OUT/$binary" "$folder"
done"""


ECOSYSTEM = Ecosystem(
    kind=Kind.GO,
    find=find_modules,
    prepares=lambda project: installing("", project),  # Go fetches by itself
    builds=_builds,
    tests=_tests,
    group=_group,
    ships=_ships,
    manifests=("go.mod", "go.work"),
)
