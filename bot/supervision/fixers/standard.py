"""JavaScript that does not keep the Standard Style."""

from bot.supervision.fixing.working.fixer import Fixer

FIXER = Fixer(
    tool="standard",
    summary="applies the changes that standard is sure of",
    check=("standard",),
    fix=(("standard", "--fix"),),
    prepare="prepare-node",
)
