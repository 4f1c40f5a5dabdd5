"""What a fixer changed, read from the work tree on its host."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from msgspec import structs

from bot.supervision.fixing.model import Patch
from bot.supervision.fixing.patching import read_patch
from bot.supervision.fixing.working.packing import Sizes, read_packed, read_sizes
from bot.supervision.hosts.local import LocalHost
from bot.supervision.hosts.model import Order, Result, Unknown
from tests.support.fixing import LINTER, MENDING, broken, linted, trier
from tests.support.sessions import git

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.fixing import Broken


async def patch_of(one: Broken) -> Patch:
    """This function will read what changed."""
    patch = await read_patch(one.bench(LocalHost()))
    assert isinstance(patch, Patch), patch
    return patch


async def test_every_kind_of_change(tmp_path: Path) -> None:
    """Each change is told with its modes, its size and its content, and the diff is what git applies."""
    fix = (
        "sed -i s/bad/good/ code.txt; rm other.txt; printf 'new\\n' > 'a new\tfile'; ln -s /etc/passwd link; "
        "mkdir deep; head -c 2000000 /dev/zero > deep/large; printf 'a\\0b' > binary; touch empty; "
        "git init --quiet inner; git -C inner -c user.name=a -c user.email=a@b commit --allow-empty -qm x; "
        "chmod +x kept.sh; rm turned; ln -s kept.sh turned"
    )
    one = linted(tmp_path, fix, {"kept.sh": "echo\n", "turned": "text\n"})
    tried = await trier(one, LocalHost(), "ruff").run()
    assert tried.fixer == "ruff", tried.text
    patch = await patch_of(one)
    seen = {f.path: (f.old_mode, f.new_mode, f.size, f.added, f.removed) for f in patch.files}
    assert seen == {
        "a new\tfile": ("", "100644", 4, 1, 0),
        "binary": ("", "100644", 3, 1, 0),
        "code.txt": ("100644", "100644", 5, 1, 1),
        "deep/large": ("", "100644", 2_000_000, 1, 0),
        "empty": ("", "100644", 0, 0, 0),
        "inner": ("", "160000", 0, 1, 0),
        "kept.sh": ("100644", "100755", 5, 0, 0),
        "link": ("", "120000", 0, 1, 0),
        "other.txt": ("100644", "", 0, 0, 1),
        "turned": ("100644", "120000", 0, 1, 1),
    }
    contents = {f.path: f.content for f in patch.files}
    assert contents["code.txt"] == b"good\n"
    assert contents["binary"] == b"a\0b"
    assert contents["link"] is contents["inner"] is contents["deep/large"] is contents["other.txt"] is None
    again = tmp_path / "again"
    git(tmp_path, "clone", "--quiet", "--branch", "main", str(one.repository.bare), str(again))
    (tmp_path / "diff").write_text(patch.diff, encoding="utf-8", newline="")
    git(again, "apply", str(tmp_path / "diff"))
    assert (again / "code.txt").read_text() == "good\n"
    assert not (again / "other.txt").exists()


async def test_what_the_check_leaves(tmp_path: Path) -> None:
    """Files that the failed command itself makes or changes are none of the fixer's doing."""
    one = linted(tmp_path, "sed -i s/bad/good/ code.txt; echo more >> made; echo 1 >> own")
    check = 'echo a >> made; echo b >> left; echo c >> other.txt; ruff "check" .'
    await trier(one, LocalHost(), "ruff", structs.replace(one.config, checks={"ruff": check})).run()
    patch = await patch_of(one)
    assert {file.path: file.content for file in patch.files} == {
        "code.txt": b"good\n",
        "made": b"more\n",
        "own": b"1\n",
    }
    assert "left" not in patch.diff
    assert "other.txt" not in patch.diff


async def test_a_check_that_mends(tmp_path: Path) -> None:
    """Where a check changes what it complains of, as hooks do, that is the fix."""
    one = linted(tmp_path, "false")
    one.tool(
        "pre-commit", "#!/bin/sh\n! grep -q bad code.txt && exit 0\nsed -i s/bad/good/ code.txt\nexit 1\n"
    )
    tried = await trier(one, LocalHost(), "pre-commit").run()
    assert tried.fixer == "pre-commit", tried.text
    assert [(file.path, file.content) for file in (await patch_of(one)).files] == [("code.txt", b"good\n")]


async def test_a_fixer_that_tampers_with_git(tmp_path: Path) -> None:
    """Nothing that a fixer tells git is obeyed when its change is read, and hides any of it."""
    mark = tmp_path / "mark"
    fix = (
        f"{MENDING}; printf '#!/bin/sh\\ncase $GIT_DIR in *read.git) touch {mark} ;; esac\\n' > .git/run; "
        "chmod +x .git/run; "
        "for key in core.fsmonitor filter.x.clean filter.x.smudge diff.x.textconv diff.external core.sshCommand; do "
        'git config --file .git/config "$key" "$PWD/.git/run"; done; '
        "mkdir -p .git/hooks; cp .git/run .git/hooks/post-index-change; cp .git/run .git/hooks/post-checkout; "
        "git config --file .git/config core.hooksPath .git/hooks; git config core.excludesFile ../all; "
        "echo '*' > ../all; "
        "mkdir -p ../home/.config/git; cp .git/config ../home/.gitconfig; echo '*' > .git/info/exclude; "
        "echo '* filter=x diff=x' > .gitattributes; git update-index --assume-unchanged code.txt; "
        "git config user.name a; git config user.email a@b; git add --all --force; git commit --quiet -m Hidden; "
        "git replace HEAD~ HEAD; echo shown > shown; cp .git/config ../read.git/config; cp -r ../read.git ../evil; "
        "cp -r .git/hooks ../read.git/hooks; echo ../evil > ../read.git/commondir"
    )
    one = linted(tmp_path, fix)
    tried = await trier(one, LocalHost(), "ruff").run()
    patch = await patch_of(one)
    assert {file.path for file in patch.files} == {"code.txt", ".gitattributes", "shown"}
    bench = one.bench(LocalHost())
    assert (await bench.ask_git("bench-reset", bench.place, bench.base_sha)) == Result(
        code=0, out="reset\n", err=""
    )
    assert (one.tree / "code.txt").read_text() == "bad\n"
    assert not (one.tree / "shown").exists()
    assert not mark.exists()
    assert tried.fixer == "ruff"


async def test_a_fixer_that_tampers_with_the_clone(tmp_path: Path) -> None:
    """What a fixer leaves in the clone that is kept does nothing to the next try."""
    mark, elsewhere = tmp_path / "mark", tmp_path / "elsewhere"
    fix = (
        f"cd ../../../clone.git; printf '#!/bin/sh\\ntouch {mark}\\n' > run; chmod +x run; mkdir -p hooks; "
        "cp run hooks/reference-transaction; cp run hooks/post-checkout; cp -r . " + str(elsewhere) + "; "
        "for at in . " + str(elsewhere) + "; do git config --file $at/config core.hooksPath $PWD/hooks; "
        "git config --file $at/config core.fsmonitor $PWD/run; git config --file $at/config core.bare false; "
        "git config --file $at/config core.alternateRefsCommand $PWD/run; done; "
        f"mkdir -p objects/info {elsewhere}/objects/info; echo {elsewhere}/objects > objects/info/alternates; "
        f"echo $PWD/objects > {elsewhere}/objects/info/alternates; "
        f"echo {elsewhere} > commondir; touch packed-refs.lock shallow.lock; git replace main main~0 || true"
    )
    one = linted(tmp_path, fix)
    await trier(one, LocalHost(), "ruff").run()
    mark.unlink(missing_ok=True)  # the fixer's own git obeys it
    one.tool("ruff", LINTER.format(fix=MENDING))
    trying = trier(one, LocalHost(), "ruff")
    trying.terms = replace(trying.terms, bench=replace(trying.terms.bench, fix_id="next"))
    tried = await trying.run()
    assert tried.fixer == "ruff", tried.text
    assert not mark.exists()


async def test_names_that_are_no_text(tmp_path: Path) -> None:
    """A file whose name is no UTF-8 is told, so that it can be refused."""
    one = linted(tmp_path, f"{MENDING}; echo x > \"$(printf 'a\\377b')\"")
    await trier(one, LocalHost(), "ruff").run()
    found = {file.path: file.content for file in (await patch_of(one)).files}
    assert found == {"code.txt": b"good\n", "a\N{REPLACEMENT CHARACTER}b": None}


PARTS = (
    b":000000 100644 0000 aaaa A\0junk\0",
    b":000000 100644 0000 aaaa A\0junk\0:100644 100644 bbbb cccc M\0a\0",
    b"diff --git a/junk b/junk\n@@ -0,0 +1 @@\n+j\ndiff --git a/a b/a\n--- a/a\n+++ b/a\n@@ -1 +1 @@\n-x\n+y\n",
    b"aaaa blob 2\ncccc blob 2\n",
    b"aaaa blob 2\nj\n\ncccc blob 2\ny\n\n",
)


def packed(*parts: bytes) -> Patch | str:
    """This function will read what a host wrote down."""
    return read_packed(b"".join(parts), Sizes(*(len(part) for part in parts)))


def test_packed() -> None:
    """What stands in all parts is read, without what was so before the fixer ran."""
    patch = packed(*PARTS)
    assert isinstance(patch, Patch)
    (file,) = patch.files
    assert (file.path, file.content, file.added, file.removed) == ("a", b"y\n", 1, 1)
    assert patch.diff.startswith("diff --git a/a b/a\n")
    assert packed(b"", b"", b"", b"", b"") == Patch(files=(), diff="")


@pytest.mark.parametrize(
    ("place", "part"),
    [
        (0, b"nonsense\0a\0"),
        (1, b":100644 100644 bbbb cccc M\0"),
        (2, b""),
        (3, b"a b c d\n"),
        (4, b"aaaa blob many\n"),
    ],
)
def test_packed_wrongly(place: int, part: bytes) -> None:
    """What makes no sense is no change at all."""
    parts = list(PARTS)
    parts[place] = part
    assert packed(*parts) == "what was changed is told in a way that makes no sense"


@pytest.mark.parametrize(
    "answer",
    [
        Result(code=1, out="patch\n1\n1\n1\n1\n1\n", err=""),
        Result(code=0, out="", err=""),
        Result(code=0, out="other\n1\n1\n1\n1\n1\n", err=""),
        Result(code=0, out="patch\n1\n1\n1\n1\n", err=""),
    ],
)
def test_sizes_that_are_not_told(answer: Result) -> None:
    """A host that does not say how long the parts are says nothing."""
    assert read_sizes(answer) == Unknown(why="what was changed could not be written down")
    assert read_sizes(Unknown(why="away")) == Unknown(why="away")


class Torn:
    """A host whose answers are cut."""

    def __init__(self, *answers: Result | Unknown) -> None:
        self.answers = list(answers)

    async def run(self, order: Order) -> Result | Unknown:
        """This function will answer as told."""
        del order
        return self.answers.pop(0)


@pytest.mark.parametrize(
    ("answers", "why"),
    [
        ((Unknown(why="away"),), "away"),
        ((Result(code=0, out=f"patch\n1\n1\n1\n1\n{17 * 1024 * 1024}\n", err=""),), "are the most"),
        ((Result(code=0, out="patch\n1\n1\n1\n1\n1\n", err=""), Unknown(why="away")), "away"),
        (
            (Result(code=0, out="patch\n1\n1\n1\n1\n1\n", err=""), Result(code=0, out="missing\n", err="")),
            "could not be read whole",
        ),
    ],
)
async def test_a_change_that_cannot_be_read(
    tmp_path: Path, answers: tuple[Result | Unknown, ...], why: str
) -> None:
    """What a host does not tell whole is unknown, and never a smaller change."""
    one = broken(tmp_path, {"a": "a\n"})
    found = await read_patch(one.bench(Torn(*answers)))
    assert isinstance(found, Unknown)
    assert why in found.why
