"""Rust that does not compile."""

from bot.supervision.fixing.working.fixer import Fixer

FIXER = Fixer(
    tool="rustc",
    summary="applies the changes that the compiler is sure of",
    check=("cargo", "check", "--workspace", "--all-targets"),
    fix=(
        (
            *("cargo", "fix", "--workspace", "--all-targets", "--broken-code"),
            *("--allow-dirty", "--allow-staged", "--allow-no-vcs"),
        ),
    ),
)
