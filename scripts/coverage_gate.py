"""Hold coverage to what the house asks: every branch of the pure set and the handlers, 95 % of everything."""

import subprocess
import sys
import tomllib
from pathlib import Path

OVERALL = 95
ROOT = Path(__file__).resolve().parent.parent
CONTRACT = "The pure set reaches no input or output"


def pure() -> list[str]:
    """This function will list what is tested whole: what the import contract calls pure, and the handlers."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    contracts = settings["tool"]["importlinter"]["contracts"]
    (modules,) = (one["source_modules"] for one in contracts if one["name"] == CONTRACT)
    return [*map(_pattern, modules), "handlers/*"]


def _pattern(module: str) -> str:
    path = module.replace(".", "/")
    return f"{path}.py" if (ROOT / f"{path}.py").exists() else f"{path}/*"


def report(what: str, least: int, *arguments: str) -> bool:
    """This function will print one report and say whether it reaches the least percentage."""
    print(f"coverage of {what}, at least {least} %:", flush=True)
    command = [sys.executable, "-m", "coverage", "report", f"--fail-under={least}", *arguments]
    return subprocess.run(command, check=False).returncode == 0  # noqa: S603 - our own command


if __name__ == "__main__":
    reached = [
        report("the pure set", 100, f"--include={','.join(pure())}"),
        report("everything", OVERALL, "--precision=1"),
    ]
    sys.exit(0 if all(reached) else 1)
