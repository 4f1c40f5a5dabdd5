"""Notes when a job began, and names and judges its cache; `.github/actions/pilothouse-results` reads what it notes."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import time
import tomllib
from pathlib import Path
from uuid import uuid4

LOCKS = {
    "cargo": ("Cargo.lock", "rust-toolchain.toml", "rust-toolchain"),
    "python": ("uv.lock", "poetry.lock", "requirements*.txt", "pyproject.toml"),
    "node": ("package-lock.json", "pnpm-lock.yaml", "yarn.lock", "package.json"),
    "go": ("go.work.sum", "**/go.sum", "**/go.mod"),
}
# What is kept: downloads everywhere, and what was compiled where the tool tells itself what is stale.
KEPT = {
    "cargo": ("~/.cargo/registry/index", "~/.cargo/registry/cache", "~/.cargo/git/db", "{folder}/target"),
    "uv": ("~/.cache/uv",),
    "poetry": ("~/.cache/pypoetry",),
    "pip": ("~/.cache/pip",),
    "npm": ("~/.npm",),
    "pnpm": ("~/.local/share/pnpm/store", "~/setup-pnpm/node_modules/.bin/store"),
    "yarn": ("~/.cache/yarn", "~/.yarn/berry/cache"),
    "go": ("~/go/pkg/mod", "~/.cache/go-build"),
}
USUAL = {"python": "pip", "node": "npm"}
TOOLCHAIN = {
    "cargo": ("rustc", "--version", "--verbose"),
    "python": ("python3", "--version"),
    "node": ("node", "--version"),
    "go": ("go", "version"),
}
FILES = {
    "python": (".python-version", "pyproject.toml"),
    "node": (".nvmrc", ".node-version", "package.json"),
    "go": ("go.work", "go.mod", ".go-version"),
}
PNPM = "10"  # where a project does not say which
NEWEST = {"python": "3.x", "node": "lts/*", "go": "stable"}
NEXTEST = '\n[profile.default.junit]\npath = "junit.xml"\n'


def noted() -> Path:
    """This function will name the file in which a job notes what its end needs."""
    return Path(os.environ["RUNNER_TEMP"]) / "pilothouse-job.json"


def note(**told: object) -> None:
    """This function will add to what is noted."""
    before = json.loads(noted().read_text()) if noted().exists() else {}
    noted().write_text(json.dumps(before | told))


def put_out(**outputs: str) -> None:
    """This function will set outputs of the step; each may have several lines."""
    end = uuid4().hex  # no text can hold it
    with Path(os.environ["GITHUB_OUTPUT"]).open("a") as out:
        out.writelines(f"{name}<<{end}\n{value}\n{end}\n" for name, value in outputs.items())


def begin() -> None:
    """This function will note the time, once a job."""
    note(began=time.time())


def make_junit(folder: Path) -> None:
    """This function will have nextest write its results as JUnit, where the project's own settings do not."""
    settings = folder / ".config" / "nextest.toml"
    said = text_of(settings)
    if ".junit]" not in said:
        settings.parent.mkdir(exist_ok=True)
        settings.write_text(said + NEXTEST, encoding="utf-8")


def choose(kind: str, folder: Path, version: str) -> None:
    """This function will put out the version that is asked for: by the policy, a file of the project, or the newest."""
    places = [place / name for place in (folder, Path()) for name in FILES[kind]]  # a workspace says it once
    found = next((path for path in places if path.is_file() and says_a_version(path)), None)
    if version or found is None:
        put_out(version=version or NEWEST[kind], file="")
    else:
        put_out(version="", file=str(found))
    if kind == "node":
        put_out(pnpm="" if "packageManager" in package_in(folder / "package.json") else PNPM)


def says_a_version(path: Path) -> bool:
    """This function will tell whether a file of a project says which version it is built with."""
    if path.name == "package.json":
        engines = package_in(path).get("engines")
        return isinstance(engines, dict) and "node" in engines
    if path.name in {"go.work", "go.mod"}:
        return any(line.startswith("go ") for line in text_of(path).splitlines())
    if path.name != "pyproject.toml":
        return bool(text_of(path).strip())
    told = tomllib.loads(text_of(path))
    # https://github.com/actions/setup-python: where there is a table `project`, Poetry's own is not looked at.
    if "project" in told:
        return "requires-python" in told["project"]
    return "python" in told.get("tool", {}).get("poetry", {}).get("dependencies", {})


def package_in(path: Path) -> dict[str, object]:
    """This function will read a package.json; one that is not there says nothing."""
    told = json.loads(text_of(path) or "{}")
    return told if isinstance(told, dict) else {}


def text_of(path: Path) -> str:
    """This function will read a file of a project; one that is not there says nothing."""
    return path.read_text(encoding="utf-8", errors="replace") if path.is_file() else ""


def name_cache(kind: str, folder: Path, manager: str, scope: str) -> None:
    """This function will put out what the cache holds and under which key, by lock file and toolchain."""
    tool = manager or USUAL.get(kind, kind)
    paths = "\n".join(kept.format(folder=folder.as_posix()) for kept in KEPT[tool])
    said = subprocess.run(TOOLCHAIN[kind], capture_output=True, check=False).stdout
    toolchain = hashlib.sha256(said).hexdigest()[:12]
    begins = f"pilothouse-{os.environ['RUNNER_OS']}-{os.environ['RUNNER_ARCH']}-{scope}-{tool}-{toolchain}-"
    key = begins + locked(kind, folder)
    note(key=key, paths=paths, kind=kind, folder=str(folder), scope=scope)
    put_out(key=key, begins=begins, paths=paths)


def locked(kind: str, folder: Path) -> str:
    """This function will tell a digest of the files that say what a project depends on."""
    places = {folder, Path()} if kind == "node" else {folder}
    digest = hashlib.sha256()
    for path in sorted({each for place in places for name in LOCKS[kind] for each in place.glob(name)}):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:24]


def judge(scope: str, key: str, matched: str) -> None:
    """This function will put out what the cache gave."""
    if not scope:
        cache = "none"
    elif not matched:
        cache = "miss"
    else:
        cache = "hit" if matched == key else "partial"
    note(cache=cache)
    put_out(cache=cache)
    print(f"cache: {cache}")


def main() -> None:
    """This function will do the part of the setup that the first argument names."""
    told = os.environ
    folder = Path(told.get("FOLDER", "."))
    part = sys.argv[1]
    if part == "begin":
        begin()
    elif part == "junit":
        make_junit(folder)
    elif part in FILES:
        choose(part, folder, told["VERSION"])
    elif part == "cache":
        name_cache(told["KIND"], folder, told["MANAGER"], told["SCOPE"])
    else:
        judge(told["SCOPE"], told["KEY"], told["MATCHED"])


if __name__ == "__main__":
    main()
