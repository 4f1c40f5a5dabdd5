"""Words that codespell knows to be misspelt."""

from bot.supervision.fixing.working.fixer import Fixer

FIXER = Fixer(
    tool="codespell",
    summary="spells them as codespell does where it knows one way",
    check=("codespell",),
    fix=(("codespell", "--write-changes"),),
)
