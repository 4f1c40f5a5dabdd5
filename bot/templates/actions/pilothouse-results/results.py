"""Gathers what a job left: how long it took, what its cache gave, its test results; and what is worth caching."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import time
from pathlib import Path
from uuid import uuid4

LARGEST = 64 << 20  # bytes of one file of test results


def gather(noted: dict[str, object], target: Path) -> Path:
    """This function will put figures and test results into a folder of their own."""
    told = os.environ
    target.mkdir(parents=True, exist_ok=True)
    figures: dict[str, object] = {
        "version": 1,
        "workflow": told["WORKFLOW"],
        "name": told["NAME"],
        "status": told["STATUS"],
        "cache": noted.get("cache", "none"),
        "category": told["CATEGORY"],
        "project": told["PROJECT"],
    }
    if isinstance(began := noted.get("began"), float):
        figures["seconds"] = max(0, round(time.time() - began))
    (target / "figures.json").write_text(json.dumps(figures))
    since = began if isinstance(began, float) else 0.0
    for number, path in enumerate(found(Path(told["FOLDER"]), told["JUNIT"], since), 1):
        shutil.copyfile(path, target / f"junit-{number}.xml")
    return target


def found(folder: Path, pattern: str, since: float) -> list[Path]:
    """This function will find the files of test results: no older ones from the cache, none that lies elsewhere."""
    inside = folder.resolve()
    paths = sorted(folder.glob(pattern)) if pattern else []
    own = [path for path in paths if path.is_file() and path.resolve().is_relative_to(inside)]
    return [path for path in own if path.stat().st_mtime >= since and path.stat().st_size <= LARGEST]


def worth_keeping(noted: dict[str, object]) -> dict[str, str]:
    """This function will tell what to keep in the cache: nothing that is there already, nothing of a failed job."""
    told = os.environ
    is_new = noted.get("cache") in {"miss", "partial"}
    if told["SAVE"] != "true" or told["STATUS"] != "success" or not is_new:
        return {}
    if noted["kind"] == "cargo":
        forget_members(Path(str(noted["folder"])))
    return {"key": str(noted["key"]), "paths": str(noted["paths"])}


def forget_members(folder: Path) -> None:
    """This function will drop what was compiled of the workspace itself: the next commit compiles it anew."""
    asked = ("cargo", "metadata", "--no-deps", "--format-version", "1")
    answer = subprocess.run(asked, cwd=folder, capture_output=True, check=False)
    if answer.returncode:
        return
    members = [
        part for package in json.loads(answer.stdout)["packages"] for part in ("--package", package["name"])
    ]
    for profile in ("dev", "release"):
        clean = ["cargo", "clean", "--offline", "--profile", profile, *members]
        subprocess.run(clean, cwd=folder, check=False)
    for left in folder.glob("target/*/incremental"):
        shutil.rmtree(left, ignore_errors=True)


def main() -> None:
    """This function will gather, and put out where what is to be kept lies."""
    told = os.environ
    temporary = Path(told["RUNNER_TEMP"])
    note = temporary / "pilothouse-job.json"
    noted = json.loads(note.read_text()) if note.exists() else {}
    slug = re.sub(r"[^A-Za-z0-9._-]+", "-", told["NAME"]).strip("-")
    path = gather(noted, temporary / "pilothouse-results")
    outputs = {"artifact": f"test-results-{slug}", "path": str(path), **worth_keeping(noted)}
    end = uuid4().hex  # no text can hold it
    with Path(told["GITHUB_OUTPUT"]).open("a") as out:
        out.writelines(f"{name}<<{end}\n{value}\n{end}\n" for name, value in outputs.items())


if __name__ == "__main__":
    main()
