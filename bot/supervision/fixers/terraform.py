"""Terraform's files that are not formatted, or not valid."""

from bot.supervision.fixing.working.fixer import Fixer

FIXER = Fixer(
    tool="terraform",
    summary="formats all files",
    check=("terraform", "fmt", "-check", "-recursive"),
    fix=(("terraform", "fmt", "-recursive"),),
)
