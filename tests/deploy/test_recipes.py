"""The recipes of deploy/ are what their tools read, and keep what they promise."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from configparser import ConfigParser
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from bot.config.place import needs_app, place_from_env
from bot.config.settings import NAMES, database_url_from_env

ROOT = Path(__file__).parent.parent.parent
DEPLOY = ROOT / "deploy"
HADOLINT = ROOT / ".venv" / "hadolint" / "bin" / "hadolint"
EXAMPLE = DEPLOY / "pilothouse.toml.example"
UNIT = DEPLOY / "pilothouse@.service"
EXPOSURE = 15  # of 100; what `systemd-analyze security` calls OK ends at 40


def run(*command: str | Path) -> str:
    ended = subprocess.run(
        [str(part) for part in command], capture_output=True, text=True, timeout=60, check=False, cwd=ROOT
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return ended.stdout


def compose() -> dict[str, Any]:
    loaded: dict[str, Any] = YAML(typ="safe").load((DEPLOY / "compose.yml").read_text(encoding="utf-8"))
    return loaded


def unit() -> ConfigParser:
    parser = ConfigParser(strict=False, interpolation=None, comment_prefixes=("#",))
    parser.optionxform = str  # type: ignore[assignment,method-assign] # configparser's documented way to keep the case
    parser.read_string(UNIT.read_text(encoding="utf-8"))
    return parser


def test_hadolint_finds_nothing_in_the_containerfile() -> None:
    if not HADOLINT.exists():
        message = "hadolint is not installed: sh scripts/setup_hadolint.sh"
        if os.environ.get("CI") == "true":
            pytest.fail(message)
        pytest.skip(message)
    assert run(HADOLINT, "--failure-threshold", "info", DEPLOY / "Containerfile") == ""


def test_the_compose_file_is_one() -> None:
    run(
        ROOT / ".venv" / "bin" / "check-jsonschema",
        "--builtin-schema",
        "vendor.compose-spec",
        DEPLOY / "compose.yml",
    )


@pytest.mark.parametrize("name", ["proxy", "web", "worker", "database"])
def test_each_service_has_no_right_that_it_does_not_need(name: str) -> None:
    service = compose()["services"][name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    if name in {"web", "worker"}:
        assert "cap_add" not in service
        assert service["deploy"]["replicas"] == 2
        assert "ports" not in service  # reached by the proxy alone


def test_the_database_and_the_secrets_are_not_in_the_open() -> None:
    told = compose()
    assert told["services"]["database"]["networks"] == ["inside"]
    assert told["networks"]["inside"] == {"internal": True}
    for service in told["services"].values():
        for name, value in service.get("environment", {}).items():
            assert not re.search("SECRET|PASSWORD$|KEY$|DATABASE_URL", name), (name, value)


def test_every_setting_that_a_recipe_names_is_one() -> None:
    text = "".join(path.read_text(encoding="utf-8") for path in sorted(DEPLOY.iterdir()))
    ours = set(re.findall(r"PILOTHOUSE_[A-Z_]+", text))
    assert ours <= set(NAMES)
    written = re.findall(r"^(?:# )?(\w+) =", EXAMPLE.read_text(encoding="utf-8"), re.MULTILINE)
    assert {f"PILOTHOUSE_{name.upper()}" for name in written} <= NAMES.keys()
    assert written == [name.lower() for name in written]


def environment_of_image() -> dict[str, str]:
    """What the image sets, as a process in it sees that."""
    text = (DEPLOY / "Containerfile").read_text(encoding="utf-8").replace("\\\n", " ")
    (last,) = re.findall(r"^ENV (PATH.*)$", text, re.MULTILINE)
    return dict(part.split("=", 1) for part in last.split())


def test_compose_begins_with_the_database_that_the_example_names(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As somebody starts it who copied the example and has no App yet: the image's own settings are under these."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    told = {name: str(value) for name, value in compose()["x-bot"]["environment"].items()}
    told["PILOTHOUSE_PUBLIC_URL"] = "https://bot.example.org"  # which compose makes of PUBLIC_HOST
    environment = {**environment_of_image(), **told, "PILOTHOUSE_CONFIG": str(EXAMPLE)}
    assert needs_app(environment)
    assert place_from_env(environment).port == 8080
    assert database_url_from_env(environment) == "postgresql://pilothouse:PASSWORD@database/pilothouse"


def test_the_image_alone_keeps_everything_in_its_one_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    environment = environment_of_image()
    monkeypatch.setenv("XDG_DATA_HOME", environment["XDG_DATA_HOME"])
    assert database_url_from_env(environment) == "sqlite:////var/lib/pilothouse/pilothouse.db"
    assert str(place_from_env(environment).credentials_path) == "/var/lib/pilothouse/credentials.toml"


def test_the_image_holds_what_the_lock_names_and_runs_as_nobody() -> None:
    text = (DEPLOY / "Containerfile").read_text(encoding="utf-8")
    assert "--require-hashes" in text
    assert re.search(r"^USER 10001:10001$", text, re.MULTILINE)
    used = re.search(r"uv==(\S+)", text)
    assert used is not None
    assert f"UV_VERSION := {used[1]}" in (ROOT / "Makefile").read_text(encoding="utf-8")
    copied = set(re.findall(r"^COPY (?!--from)(.+) \S+$", text, re.MULTILINE))
    named = {name for line in copied for name in line.split()}
    kept = (DEPLOY / "Containerfile.dockerignore").read_text(encoding="utf-8")
    assert {line[1:] for line in kept.splitlines() if line.startswith("!")} == named
    assert all((ROOT / name).exists() for name in named)


def test_the_requirements_of_the_image_are_all_pinned_by_hash() -> None:
    """The command of the build step itself, offline, since it only reads the lock."""
    text = (DEPLOY / "Containerfile").read_text(encoding="utf-8").replace("\\\n", " ")
    step = re.search(r"uv (export [^&]*?) --output-file", text)
    assert step is not None
    told = run(ROOT / ".venv" / "bin" / "uv", *step[1].split(), "--offline")
    packages = [line for line in told.splitlines() if re.match(r"[a-z0-9]", line)]
    assert len(packages) > 40
    assert told.count("--hash=sha256:") >= len(packages)
    assert any(line.startswith("psycopg-binary==") for line in packages)


def test_the_unit_is_confined_and_gives_up_where_starting_again_is_no_use() -> None:
    service = unit()["Service"]
    assert service["RestartPreventExitStatus"] == "78"
    assert service["DynamicUser"] == "yes"
    assert service["ProtectSystem"] == "strict"
    assert service["CapabilityBoundingSet"] == ""
    assert int(service["TimeoutStopSec"]) > 20  # what a worker takes at most to park what runs
    assert service["Environment"].endswith("sqlite:///%S/pilothouse/pilothouse.db")


def test_systemd_itself_finds_the_unit_well_confined() -> None:
    if shutil.which("systemd-analyze") is None:
        pytest.skip("systemd-analyze is not on this machine; the unit's lines are tested above")
    run("systemd-analyze", "security", "--offline=true", f"--threshold={EXPOSURE}", UNIT)


def test_the_procfile_names_the_processes_that_there_are() -> None:
    lines = (ROOT / "Procfile").read_text(encoding="utf-8").splitlines()
    assert lines == ["web: pilothouse web", "worker: pilothouse worker"]
