from __future__ import annotations

import pytest

from bot.pack.detecting import detect
from bot.pack.manifests.reading import BrokenManifestError
from tests.support.layouts import layout_of

_CRATE = b'[package]\nname = "a"\n'
BROKEN: dict[str, tuple[dict[str, bytes], str]] = {
    "toml": (
        {"Cargo.toml": b'[package]\nname = "a\n'},
        "Cargo.toml:2: not valid TOML: Illegal character '\\n'",
    ),
    "toml that ends too soon": (
        {"Cargo.toml": b"[workspace]\nmembers = ["},
        "Cargo.toml:2: not valid TOML: Invalid value",
    ),
    "toml that is deep": ({"Cargo.toml": b"a = " + b"[" * 9999}, "Cargo.toml:1: it is nested too deep"),
    "no utf-8": ({"Cargo.toml": b"[package]\nname = '\xff'\n"}, "Cargo.toml:2: the file is not UTF-8"),
    "neither crate nor workspace": (
        {"Cargo.toml": b"[profile.release]\n"},
        "Cargo.toml:1: it has neither a package nor a workspace",
    ),
    "a crate without a name": (
        {"Cargo.toml": b"\n[package]\nversion = '1'\n"},
        "Cargo.toml:2: package.name is missing, or no name that Cargo takes",
    ),
    "a name that is a command": (
        {"Cargo.toml": b"[package]\nname = '$(id)'\n"},
        "Cargo.toml:1: package.name is missing, or no name that Cargo takes",
    ),
    "members that lead out of the repository": (
        {"Cargo.toml": b'[workspace]\nmembers = [\n  "../x"]\n'},
        "Cargo.toml:3: the member ../x does not lie in the workspace",
    ),
    "members that lead out of the workspace": (
        {"sub/Cargo.toml": b'[workspace]\nmembers = ["../x"]\n', "x/Cargo.toml": _CRATE},
        "sub/Cargo.toml:2: the member ../x does not lie in the workspace",
    ),
    "members by the root of a disk": (
        {"Cargo.toml": b'[workspace]\nmembers = ["/etc"]\n'},
        "Cargo.toml:2: the member /etc does not lie in the workspace",
    ),
    "a member that is not there": (
        {"Cargo.toml": b'[workspace]\nmembers = ["vendored"]\n'},
        "Cargo.toml:2: the member vendored has no Cargo.toml; is it a git submodule?",
    ),
    "members that are no list": (
        {"Cargo.toml": b'[workspace]\nmembers = "crates/*"\n'},
        "Cargo.toml:2: workspace.members must be a list of texts",
    ),
    "a workspace that is no table": (
        {"Cargo.toml": b"workspace = true\n"},
        "Cargo.toml:1: workspace must be a table",
    ),
    "programs that are no list": (
        {"Cargo.toml": b"[package]\nname = 'a'\n[bin]\nname = 'b'\n"},
        "Cargo.toml:3: bin must be a list of tables: [[bin]]",
    ),
    "a member that is broken": (
        {"Cargo.toml": b"[workspace]\nmembers = ['a']\n", "a/Cargo.toml": b"[package]\nname ="},
        "a/Cargo.toml:2: not valid TOML: Invalid value",
    ),
    "json": (
        {"package.json": b'{\n  "name": "a",\n}'},
        "package.json:3: not valid JSON: Expecting property name enclosed in double quotes",
    ),
    "json that is no object": ({"package.json": b"[]"}, "package.json:1: it must hold a mapping"),
    "json that is deep": ({"package.json": b"[" * 99999}, "package.json:1: it is nested too deep"),
    "packages that lead out": (
        {"package.json": b'{"workspaces": {"packages": ["../*"]}}'},
        "package.json:1: the workspace ../* does not lie in the project",
    ),
    "yaml": (
        {"package.json": b"{}", "pnpm-workspace.yaml": b"packages:\n  - [a\n"},
        "pnpm-workspace.yaml:3: not valid YAML: expected ',' or ']', but got '<stream end>'",
    ),
    "projects of uv that lead out": (
        {"pyproject.toml": b'[tool.uv.workspace]\nmembers = ["../*"]\n'},
        "pyproject.toml:2: the member ../* does not lie in the workspace",
    ),
    "go.mod": ({"go.mod": b"go 1.22\n"}, "go.mod:1: no line says which module it is"),
    "go.work that leads out": (
        {"go.work": b"go 1.22\n\nuse ../x\n"},
        "go.work:3: the module ../x lies outside the repository",
    ),
    "go.work of nothing": (
        {"go.work": b"go 1.22\nuse (\n\n\t./x // mine\n)\n"},
        "go.work:4: the module ./x has no go.mod",
    ),
}


@pytest.mark.parametrize("case", BROKEN)
def test_a_broken_manifest_is_told_with_its_place(case: str) -> None:
    """The file and the line, in words that say what is wrong; nothing is guessed."""
    files, expected = BROKEN[case]
    with pytest.raises(BrokenManifestError) as caught:
        detect(layout_of(files))
    assert str(caught.value).startswith(expected)
    assert f"{caught.value.path}:{caught.value.line}: {caught.value.message}" == str(caught.value)


@pytest.mark.parametrize(
    "folder", ["examples/a", "tests/fixtures/b", "node_modules/c", "vendor/d", ".hidden/e", "fuzz"]
)
def test_what_is_brought_along_breaks_nothing(folder: str) -> None:
    """Test data of other tools is broken on purpose."""
    names = ("Cargo.toml", "package.json", "pyproject.toml", "go.mod")
    assert detect(layout_of({f"{folder}/{name}": b"{broken" for name in names})) == ()
