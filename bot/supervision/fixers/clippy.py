"""Lints of clippy that are errors."""

from bot.supervision.fixing.working.fixer import Fixer

FIXER = Fixer(
    tool="clippy",
    summary="applies the changes that clippy is sure of",
    check=("cargo", "clippy", "--workspace", "--all-targets", "--", "-D", "warnings"),
    fix=(
        (
            *("cargo", "clippy", "--fix", "--workspace", "--all-targets"),
            *("--allow-dirty", "--allow-staged", "--allow-no-vcs", "--", "-D", "warnings"),
        ),
    ),
)
