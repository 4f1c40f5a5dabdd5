from __future__ import annotations

import gzip
import json
import socket
from pathlib import Path

import pytest
from click.testing import CliRunner

from bot.cli import main

LOGS = Path(__file__).parent.parent / "bot" / "localhub" / "scenarios" / "logs"
RUST = LOGS / "pr-rust-test-petgraph-uf.log.gz"


@pytest.fixture
def runner() -> CliRunner:
    return CliRunner()


def test_diagnose_says_what_broke_in_gzip_plain_and_standard_input(runner: CliRunner, tmp_path: Path) -> None:
    plain = tmp_path / "job.log"
    plain.write_bytes(gzip.decompress(RUST.read_bytes()))
    for arguments, text in (([str(RUST)], None), ([str(plain)], None), (["-"], plain.read_bytes())):
        said = runner.invoke(main, ["diagnose", *arguments], input=text)
        assert said.exit_code == 0, said.output
        assert "uf_test_with_equiv" in said.output


def test_diagnose_prints_one_prediction_a_line(runner: CliRunner) -> None:
    said = runner.invoke(main, ["diagnose", "--json", str(RUST), str(RUST)])
    first, second = (json.loads(line) for line in said.output.splitlines())
    assert first == second
    assert first["id"] == "pr-rust-test-petgraph-uf"
    assert first["tests"] == ["uf_test_with_equiv"]
    assert "tests/unionfind.rs:44" in first["locations"]
    assert first["cause"] == "test_failure"


def test_a_log_that_cannot_be_read_is_named_and_the_others_are_read(
    runner: CliRunner, tmp_path: Path
) -> None:
    said = runner.invoke(main, ["diagnose", str(tmp_path / "none.log"), str(RUST)])
    assert said.exit_code == 1
    assert "none.log cannot be read" in said.stderr
    assert "uf_test_with_equiv" in said.stdout


@pytest.mark.parametrize("content", [b"\x1f\x8bno gzip at all", RUST.read_bytes()[:5000]])
def test_a_damaged_gzip_file_is_read_as_far_as_it_goes_and_named(
    runner: CliRunner, tmp_path: Path, content: bytes
) -> None:
    broken = tmp_path / "broken.log.gz"
    broken.write_bytes(content)
    assert "damaged or cut off" in runner.invoke(main, ["diagnose", str(broken)]).output


def test_diagnose_without_a_log_says_how_it_is_used(runner: CliRunner) -> None:
    said = runner.invoke(main, ["diagnose"])
    assert said.exit_code == 2
    assert "Missing argument 'LOG...'" in said.output


def test_validate_shows_every_mistake_with_its_line(runner: CliRunner, tmp_path: Path) -> None:
    file = tmp_path / "pilothouse.yml"
    file.write_text("environments:\n  staging: {tme_limit: 3h}\nfoo: 1\n")
    said = runner.invoke(main, ["validate", str(file)])
    assert said.exit_code == 1
    assert f"{file}:2:13: environments.staging.tme_limit" in said.stderr
    assert f"{file}:3:1: foo" in said.stderr
    file.write_text("environments:\n  staging: {}\n")
    said = runner.invoke(main, ["validate", str(file)])
    assert said.exit_code == 0
    assert "is valid: 1 environment(s)" in said.output


def test_validate_names_a_file_that_is_not_there(runner: CliRunner, tmp_path: Path) -> None:
    said = runner.invoke(main, ["validate", str(tmp_path / "none.yml")])
    assert said.exit_code == 1
    assert "cannot be read" in said.output


def test_schema_prints_the_json_schema(runner: CliRunner) -> None:
    said = runner.invoke(main, ["schema"])
    assert "environments" in json.loads(said.output)["$defs"]["RepositoryConfig"]["properties"]


def test_the_local_github_names_a_port_in_use(runner: CliRunner) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        said = runner.invoke(main, ["localhub", "--port", str(taken.getsockname()[1])])
    assert said.exit_code == 78
    assert "Choose another --port" in said.output


@pytest.mark.parametrize("command", ["serve", "web", "worker"])
def test_a_process_without_settings_says_what_is_missing(
    runner: CliRunner, command: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("APP_ID", "PRIVATE_KEY", "PRIVATE_KEY_FILE"):
        monkeypatch.delenv(f"PILOTHOUSE_{name}", raising=False)
    monkeypatch.setenv("PILOTHOUSE_WEBHOOK_SECRET", "hook")  # with none of them, it would be set up
    said = runner.invoke(main, [command])
    assert said.exit_code == 78
    assert "PILOTHOUSE_APP_ID is missing" in said.output
