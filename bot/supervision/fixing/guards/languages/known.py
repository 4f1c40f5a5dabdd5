"""Finds the language of a file by its name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.supervision.fixing.guards.languages import (
    dotnet,
    go,
    javascript,
    jvm,
    native,
    python,
    ruby,
    rust,
    shell,
)

if TYPE_CHECKING:
    from bot.supervision.fixing.guards.languages.model import Language

LANGUAGES = tuple(
    module.LANGUAGE for module in (dotnet, go, javascript, jvm, native, python, ruby, rust, shell)
)
# Whatever file they stand in: one language lies within another, and nobody writes them for another end.
SILENCES = tuple(sign for language in LANGUAGES for sign in language.silences)


def language_of(path: str) -> Language | None:
    """This function will return the language of a file; None where it is none of those that are known."""
    name = path.rpartition("/")[2].casefold()
    return next((language for language in LANGUAGES if name.endswith(language.suffixes)), None)
