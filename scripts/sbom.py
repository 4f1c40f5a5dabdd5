"""Write what the program is made of, as CycloneDX: what is locked for its users, and the files that came along.

    python -m scripts.sbom [FILE]

The dependencies, with all extras and nothing of development, are uv's word from uv.lock; the names and hashes of their
files come from there too. Same lock, same bytes: no time and no random number is in it.
"""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
import sys
import tomllib
import uuid
from dataclasses import dataclass
from functools import cache
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import TYPE_CHECKING, Any

import cyclonedx.schema
import jsonschema_rs

if TYPE_CHECKING:
    from collections.abc import Iterable

ROOT = Path(__file__).resolve().parent.parent
_OURS = "pilothouse"
_OSI = "License :: OSI Approved :: "
_LONGEST_NAME = 64  # some put the licence's whole text where its name belongs


@dataclass(frozen=True)
class Shipped:
    """Another project's file that stands in our source."""

    name: str
    path: str
    version_in: str  # the file that tells the version
    version: str  # a pattern with one group
    licence: str


SHIPPED = (
    Shipped(
        "uplot",
        "bot/web/static/uplot/uPlot.iife.min.js",
        "bot/web/static/uplot/uPlot.iife.min.js",
        r"uPlot \(v([\d.]+)\)",
        "MIT",
    ),
    Shipped(
        "@mermaid-js/tiny",
        "bot/localhub/pages/static/mermaid/mermaid.tiny.js.gz",
        "bot/localhub/pages/static/mermaid/README.md",
        r"@mermaid-js/tiny\W+([\d.]+\d)",
        "MIT",
    ),
)


def bill() -> dict[str, Any]:
    """This function will make the bill of materials of this tree."""
    made = _exported()
    files = _locked_files()
    for component in made["components"]:
        key = (component["name"], component["version"])
        component["purl"] = component["purl"].split("?")[0]
        component["externalReferences"] = [_distribution(file) for file in files[key]]
        if licences := _licences(component["name"]):
            component["licenses"] = licences
    shipped = [_component(one) for one in SHIPPED]
    made["components"] += shipped
    ours = made["metadata"]["component"]
    ours |= {"type": "application", "licenses": _licences(_OURS)}
    _depends(made["dependencies"], ours["bom-ref"], (one["bom-ref"] for one in shipped))
    del made["metadata"]["timestamp"]
    made["serialNumber"] = uuid.uuid5(uuid.NAMESPACE_URL, json.dumps(made["components"])).urn
    return made


def written(made: dict[str, Any]) -> str:
    """This function will write a bill as JSON.

    Raises:
        ValueError: it is none by CycloneDX's own schema.
    """
    _schema().validate(made)
    return json.dumps(made, indent=2, sort_keys=True) + "\n"


@cache
def _schema() -> jsonschema_rs.Draft7Validator:
    """CycloneDX's own schema; its library's own way of holding a bill to it takes a minute."""
    schemas = Path(cyclonedx.schema.__file__).parent / "_res"

    def read(address: str) -> Any:
        return json.loads((schemas / address.rsplit("/", 1)[-1]).read_text(encoding="utf-8"))

    return jsonschema_rs.Draft7Validator(
        read("bom-1.5.SNAPSHOT.schema.json"), retriever=read, validate_formats=True
    )


def _exported() -> dict[str, Any]:
    asked = (
        ".venv/bin/uv",
        "export",
        "--frozen",
        "--no-dev",
        "--all-extras",
        "--format",
        "cyclonedx1.5",
        "--quiet",
    )
    told = subprocess.run(asked, cwd=ROOT, check=True, capture_output=True, text=True)  # noqa: S603 - our own words
    made: dict[str, Any] = json.loads(told.stdout)
    del made["serialNumber"]
    return made


def _locked_files() -> dict[tuple[str, str], list[dict[str, str]]]:
    locked = tomllib.loads((ROOT / "uv.lock").read_text(encoding="utf-8"))
    return {
        (package["name"], package.get("version", "")): [
            *([package["sdist"]] if "sdist" in package else []),
            *package.get("wheels", []),
        ]
        for package in locked["package"]
    }


def _distribution(file: dict[str, str]) -> dict[str, Any]:
    _, _, digest = file["hash"].partition(":")
    return {
        "type": "distribution",
        "url": file["filename"],
        "hashes": [{"alg": "SHA-256", "content": digest}],
    }


def _licences(name: str) -> list[dict[str, Any]]:
    """What the installed package says; nothing where this machine has no need of it."""
    try:
        told = distribution(name).metadata.json
    except PackageNotFoundError:
        return []
    if expression := told.get("license_expression"):
        return [{"expression": expression}]
    classified = [one.removeprefix(_OSI) for one in told.get("classifier", ()) if one.startswith(_OSI)]
    named = str(told.get("license", "")).strip()
    names = classified or ([named] if named and len(named) <= _LONGEST_NAME else [])
    return [{"license": {"name": one}} for one in names]


def _component(one: Shipped) -> dict[str, Any]:
    found = re.search(one.version, (ROOT / one.version_in).read_text(encoding="utf-8"))
    if found is None:
        raise ValueError(f"{one.version_in} does not tell the version of {one.name}")
    name = one.name.replace("@", "%40")
    return {
        "type": "library",
        "bom-ref": f"{one.name}@{found[1]}",
        "name": one.name,
        "version": found[1],
        "purl": f"pkg:npm/{name}@{found[1]}",
        "licenses": [{"license": {"id": one.licence}}],
        "hashes": [{"alg": "SHA-256", "content": hashlib.sha256((ROOT / one.path).read_bytes()).hexdigest()}],
        "properties": [{"name": "pilothouse:path", "value": one.path}],
    }


def _depends(dependencies: list[dict[str, Any]], ref: str, on: Iterable[str]) -> None:
    ours = next(one for one in dependencies if one["ref"] == ref)
    added = list(on)
    ours["dependsOn"] = [*ours.get("dependsOn", []), *added]
    dependencies.extend({"ref": one} for one in added)


if __name__ == "__main__":
    target = Path(sys.argv[1] if len(sys.argv) > 1 else ROOT / "dist" / "pilothouse.cdx.json")
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(written(bill()), encoding="utf-8")
    print(f"wrote {target}")
