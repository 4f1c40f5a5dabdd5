"""What the program is made of is written down, and asked about where somebody knows."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from scripts import audit, sbom

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROOT = Path(__file__).parent.parent
RUNTIME = {"aiohttp", "dbos", "cryptography", "sqlalchemy", "uplot", "@mermaid-js/tiny", "psycopg"}
DEVELOPMENT = {"pytest", "moto", "ruff", "atheris"}
WEAKNESS = {
    "id": "GHSA-h5c8-rqwp-cp95",
    "aliases": ["CVE-2024-22195"],
    "summary": "attributes are not escaped",
}
RANGES = [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "3.1.3"}]}]
LOCKED = "click==8.4.0 --hash=sha256:" + "0" * 64 + "\n"


def test_the_bill_of_materials_is_valid_complete_and_the_same_each_time() -> None:
    made = sbom.bill()
    text = sbom.written(made)  # refuses what CycloneDX's schema refuses
    names = {one["name"] for one in made["components"]}
    assert names >= RUNTIME
    assert not DEVELOPMENT & names
    assert sbom.written(sbom.bill()) == text
    assert "index.invalid" not in text


def test_every_part_has_the_digest_of_its_files_and_its_place_among_the_others() -> None:
    made = sbom.bill()
    refs = {one["ref"] for one in made["dependencies"]}
    for one in made["components"]:
        digests = [each for file in one.get("externalReferences", ()) for each in file["hashes"]]
        assert digests or one["hashes"], one["name"]
        assert one["bom-ref"] in refs


def test_what_is_no_bill_is_not_written() -> None:
    with pytest.raises(ValueError, match="none"):
        sbom.written({**sbom.bill(), "serialNumber": "none"})


def test_a_version_that_nobody_tells_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    unknown = sbom.Shipped("x", "LICENSE", "LICENSE", r"x ([\d.]+)", "MIT")
    monkeypatch.setattr(sbom, "SHIPPED", (unknown,))
    with pytest.raises(ValueError, match="version of x"):
        sbom.bill()


@contextmanager
def answering(answer: Callable[[str, Any], tuple[int, Any]]) -> Iterator[str]:
    """A service on loopback: (path, what was asked) -> (status, what it says)."""

    class Service(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            asked = json.loads(
                gzip.decompress(body) if self.headers.get("Content-Encoding") == "gzip" else body
            )
            status, said = answer(self.path, asked)
            answered = json.dumps(said).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(answered)))
            self.end_headers()
            self.wfile.write(answered)

        def do_GET(self) -> None:
            self.send_error(404)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Service)
    serving = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    serving.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        serving.join()
        server.server_close()


def osv(url: str) -> tuple[str, ...]:
    return ("--vulnerability-service", "osv", "--osv-url", url)


def knows(*names: str) -> Callable[[str, Any], tuple[int, Any]]:
    """An OSV service that knows of weaknesses in these packages."""

    def answer(_path: str, asked: Any) -> tuple[int, Any]:
        name = asked["package"]["name"]
        known = {**WEAKNESS, "affected": [{"package": asked["package"], "ranges": RANGES}]}
        return 200, {"vulns": [known]} if name in names else {}

    return answer


def test_a_weakness_is_found_and_fails_the_audit() -> None:
    with answering(knows("jinja2", "click")) as url:
        advice = audit.audit_python((osv(url),), LOCKED)
    assert advice.found == ("click 8.4.0: CVE-2024-22195, mended in 3.1.3",)
    code, text = audit.conclude([advice], lenient=True)
    assert code == audit.FOUND
    assert "click" in text


def test_a_weakness_that_was_accepted_with_a_reason_is_not_told_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(audit, "ACCEPTED", {"CVE-2024-22195": "we render no attributes"})
    with answering(knows("jinja2", "click")) as url:
        assert audit.audit_python((osv(url),), LOCKED) == audit.Advice("uv.lock", 1)


def test_a_service_that_knows_nothing_of_a_certain_weakness_is_not_believed() -> None:
    """One that answers "nothing known" to everything: a mirror without advisories, or a proxy that made it up."""
    with answering(lambda _path, _asked: (200, {})) as silent, answering(knows("jinja2")) as true:
        assert audit.audit_python((osv(silent),), LOCKED).unknown
        assert audit.audit_python((osv(silent), osv(true)), LOCKED) == audit.Advice("uv.lock", 1)


def test_a_service_that_is_down_is_said_loudly_and_never_taken_for_a_clean_answer() -> None:
    with answering(lambda _path, _asked: (502, {})) as url:
        advice = audit.audit_python((osv(url),), LOCKED)
    assert advice.unknown
    code, text = audit.conclude([advice], lenient=False)
    assert code == audit.UNKNOWN
    lenient, said = audit.conclude([advice], lenient=True)
    assert (lenient, said) == (audit.CLEAN, text)
    assert "NOT AUDITED" in said.splitlines()[-2]
    assert "no known weakness" not in said


@pytest.fixture
def npm_folder(tmp_path: Path) -> Path:
    package = {"name": "left", "version": "1.0.0", "resolved": "https://index.invalid/left.tgz"}
    lock = {
        "name": "tools",
        "lockfileVersion": 3,
        "packages": {"": {"name": "tools", "dependencies": {"left": "1.0.0"}}, "node_modules/left": package},
    }
    (tmp_path / "package.json").write_text(json.dumps({"name": "tools", "dependencies": {"left": "1.0.0"}}))
    (tmp_path / "package-lock.json").write_text(json.dumps(lock))
    return tmp_path


def _npm_advisories(path: str, _asked: Any) -> tuple[int, Any]:
    assert path == "/-/npm/v1/security/advisories/bulk"
    advisory = {
        "id": 1,
        "url": "https://github.com/advisories/GHSA-aaaa-bbbb-cccc",
        "title": "left is wrong",
        "severity": "high",
        "vulnerable_versions": "<2",
    }
    return 200, {"left": [advisory]}


@pytest.mark.parametrize(
    ("answer", "found", "unknown"),
    [
        (_npm_advisories, "left: high (https://github.com/advisories/GHSA-aaaa-bbbb-cccc)", ""),
        (lambda _path, _asked: (200, {}), "", ""),
        (lambda _path, _asked: (405, {}), "", "405"),
    ],
    ids=["weak", "clean", "refused"],
)
def test_npms_packages_are_asked_about(
    answer: Callable[[str, Any], tuple[int, Any]],
    found: str,
    unknown: str,
    npm_folder: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with answering(answer) as url:
        monkeypatch.setenv("npm_config_registry", url)
        monkeypatch.setenv("npm_config_fetch_retries", "0")
        monkeypatch.setenv("npm_config_cache", str(npm_folder / "cache"))
        advice = audit.audit_npm(npm_folder)
    assert "".join(advice.found) == found
    assert unknown in advice.unknown
    assert bool(advice.unknown) is bool(unknown)


def test_where_npm_is_not_installed_nothing_was_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert "FileNotFoundError" in audit.audit_npm(tmp_path).unknown


def test_all_that_is_locked_is_asked_about() -> None:
    """The program with its extras, the tools of development, and nothing that has no digest."""
    text = audit.exported()
    for name in ("aiohttp", "psycopg", "pytest", "lightgbm"):
        assert f"\n{name}==" in text
    assert text.count("==") <= text.count("--hash=sha256:")


def test_help_is_told() -> None:
    told = subprocess.run(
        [sys.executable, "-m", "scripts.audit", "--help"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    assert "--lenient" in told.stdout
