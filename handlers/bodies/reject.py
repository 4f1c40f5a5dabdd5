"""What `/reject` does."""

from __future__ import annotations

from functools import partial

from bot.gates import answering
from bot.gates.ledger import Word

body = partial(answering.answer, word=Word.REJECT)
foresee = partial(answering.foresee, word=Word.REJECT)
