"""Ways to tell a tool to look away, each of which a fix may not add."""

from __future__ import annotations

import pytest

from bot.supervision.fixing.guards.languages.known import LANGUAGES, SILENCES, language_of
from tests.support.guards import broken_rules

# Marks by which a tool is told to look away: they are what is tried here, and mark nothing of ours.
ADDED = {
    "a.py": (
        "import os  # noqa",
        "x = 1  # type: ignore[misc]",
        "x: int = y  # pyright: ignore",
        "# mypy: ignore-errors",
        "x = 1  # pylint: disable=all",
        "# fmt: off",
        "import os  # isort: skip",
        "# ruff: noqa",
        "if x:  # pragma: no cover",
        "x = 1  # nosec",
        "@no_type_check",
        "warnings.simplefilter('ignore')",
        "except Exception:\n    pass",
        "with contextlib.suppress(Exception):",
        "raise NotImplementedError",
        "x = 1  # ty: ignore",
    ),
    "a.rs": (
        "#[allow(dead_code)]",
        "#![allow(warnings)]",
        "#[expect(unused)]",
        "#[cfg_attr(any(), allow(unused))]",
        "#[rustfmt::skip]",
        "#[cfg_attr(rustfmt, rustfmt_skip)]",
        "#[coverage(off)]",
        "todo!()",
        "unimplemented!()",
        "std::panic::catch_unwind(|| x)",
        "unsafe { mem::transmute(x) }",
    ),
    "a.ts": (
        "// eslint-disable-next-line",
        "/* eslint no-undef: 0 */",
        "// @ts-ignore",
        "// @ts-expect-error",
        "// prettier-ignore",
        "/* istanbul ignore next */",
        "x as any",
        "const x: any = y",
        "// $FlowFixMe",
        "try { x() } catch (e) {}",
        "run().catch(() => {})",
        "// biome-ignore lint: x",
    ),
    "a.go": (
        "//nolint:errcheck",
        "//lint:ignore SA1000 x",
        "// #nosec",
        "//go:build ignore",
        "\t_ = err",
        "recover()",
    ),
    "A.java": (
        '@SuppressWarnings("all")',
        "// NOSONAR",
        "// CHECKSTYLE:OFF",
        "// @formatter:off",
        "@Generated",
        "TODO()",
        "try { x(); } catch (Exception e) { }",
    ),
    "A.cs": (
        "#pragma warning disable CS0168",
        "[SuppressMessage]",
        "// ReSharper disable All",
        "catch { }",
        "throw new NotImplementedException();",
    ),
    "a.rb": (
        "# rubocop:disable Metrics",
        "# :nocov:",
        "# credo:disable-for-this-file",
        "x rescue nil",
        "# standard:disable all",
    ),
    "a.cc": (
        "// NOLINT",
        '#pragma GCC diagnostic ignored "-Wall"',
        "// clang-format off",
        "// LCOV_EXCL_LINE",
        "// @phpstan-ignore-line",
        "let x = try? y()",
        "error_reporting(0);",
        "} catch (...) { }",
    ),
    "a.sh": (
        "make || true",
        "make || :",
        "set +e",
        "# shellcheck disable=SC2086",
        "git commit --no-verify",
        "ruff check --exit-zero",
    ),
    "any.yml": (
        "continue-on-error: true",
        "allow_failure: true",
        "# yamllint disable",
        "x: y # gitleaks:allow",
        "# checkov:skip=CKV_1: x",
        "# zizmor: ignore[x]",
        "*.rs linguist-generated",
    ),
    "any.md": (
        "<!-- markdownlint-disable -->",
        "codespell:ignore teh",
    ),
}


@pytest.mark.parametrize(("path", "line"), [(path, line) for path, lines in ADDED.items() for line in lines])
def test_added(path: str, line: str) -> None:
    """A word that makes a tool look away is found where it is added, and not held against a fix where it stood."""
    assert "It tells tools to look away" in broken_rules({path: ("a\n", f"a\n{line}\n")})["silences"]
    assert "silences" in broken_rules({path: (None, f"{line}\n")})
    assert "silences" not in broken_rules({path: (f"{line}\na\n", f"{line}\nb\n")})
    assert "silences" not in broken_rules({path: (f"{line}\na\n", "a\n")})


def test_every_sign_is_tried() -> None:
    """No sign is listed that none of the lines above shows."""
    lines = [line for lines in ADDED.values() for line in lines]
    silent = [sign.name for sign in SILENCES if not any(sign.pattern.search(line) for line in lines)]
    assert silent == []


@pytest.mark.parametrize(
    "text",
    [
        "fn area(w: u32) -> u32 { w }\n#[derive(Debug)]\nstruct A;\nlet x = a || b;\n",
        "import os\n\ndef area(w: int) -> int:\n    # a comment\n    return w or 1\n",
        "const area = (w: number): number => w || 1;\nit.each([1])\n",
        "func Area(w int) (int, error) {\n\tif err != nil {\n\t\treturn 0, err\n\t}\n}\n",
    ],
)
def test_plain_code(text: str) -> None:
    """Code that silences nothing is left alone."""
    for path in ("a.py", "a.rs", "a.ts", "a.go", "a.txt"):
        assert broken_rules({path: (None, text)}) == {}, path


def test_languages() -> None:
    """Each ending belongs to one language, whatever its letters' case."""
    endings = [ending for language in LANGUAGES for ending in language.suffixes]
    assert len(endings) == len(set(endings))
    assert language_of("src/A.PY") is language_of("b.pyi")
    assert language_of("README") is None
