"""What a thousand repositories send: GitHub's own examples of what happens there, in the share in which it happens."""

from __future__ import annotations

import json
import random
from dataclasses import dataclass

from handlers import wanted
from tests.support.webhook_samples import webhook_samples

# Stand in an example for what is another's each time; no example holds such numbers.
_INSTALLATION, _REPOSITORY, _NUMBER, _COMMENT = 7463000001, 7463000002, 7463000003, 7463000004
_NAME = "bench-owner/bench-name"
_REPEATED = 100  # every so many deliveries one comes a second time

# Of a thousand deliveries, by event and action: what nobody waits for is most of it.
SHARES: dict[tuple[str, str | None], int] = {
    ("check_run", "created"): 180,
    ("workflow_job", "in_progress"): 200,
    ("workflow_job", "queued"): 120,
    ("workflow_run", "requested"): 60,
    ("create", None): 40,
    ("issue_comment", "created"): 200,
    ("push", None): 80,
    ("check_run", "completed"): 60,
    ("status", None): 30,
    ("pull_request", "labeled"): 15,
    ("pull_request", "synchronize"): 15,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """One kind of delivery with its share."""

    event: str
    text: str
    share: int
    is_wanted: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where something happens."""

    installation_id: int
    repository_id: int
    full_name: str
    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Crowd:
    """Who sends what."""

    letters: list[Letter]
    places: list[Place]
    first_comment: int = 9_000_000_000

    def written(self, turn: int) -> tuple[str, bytes]:
        """This function will give the event and the body of a delivery."""
        letter, place = self._chosen(turn)
        text = letter.text
        for stands, is_told in (
            (_INSTALLATION, place.installation_id),
            (_REPOSITORY, place.repository_id),
            (_NUMBER, place.number),
            (_COMMENT, self.first_comment + turn),
            (_NAME, place.full_name),
        ):
            text = text.replace(str(stands), str(is_told))
        return letter.event, text.encode()

    def is_wanted(self, turn: int) -> bool:
        """This function will say whether some handler wants the delivery."""
        return self._chosen(turn)[0].is_wanted

    def _chosen(self, turn: int) -> tuple[Letter, Place]:
        dice = random.Random(turn)  # noqa: S311 - reproducible dice, no secret
        letter = dice.choices(self.letters, [each.share for each in self.letters])[0]
        return letter, dice.choice(self.places)


def turn_of(sequence: int) -> int:
    """This function will say which delivery is sent at a place of the sequence: now and then one a second time."""
    return sequence - 1 if sequence % _REPEATED == 0 else sequence


def everyday() -> list[Letter]:
    """This function will make the letters of an ordinary day."""
    letters = []
    for (event, action), share in SHARES.items():
        sample = next(
            each.payload
            for each in webhook_samples()
            if each.event == event and each.payload.get("action") == action and "repository" in each.payload
        )
        letters.append(_letter(event, sample, share))
    return letters


def commands(author: str, text: str = "/ping") -> list[Letter]:
    """This function will make the one letter of a crowd that only commands."""
    sample = next(each.payload for each in webhook_samples() if each.file == "issue_comment/created.1.json")
    comment = {**sample["comment"], "body": text, "user": {**sample["comment"]["user"], "login": author}}
    return [_letter("issue_comment", {**sample, "comment": comment}, 1)]


def _letter(event: str, payload: dict[str, object], share: int) -> Letter:
    changed = json.loads(json.dumps(payload))
    own_name = changed["repository"]["full_name"]
    changed["installation"]["id"] = _INSTALLATION
    changed["repository"]["id"] = _REPOSITORY
    for key, value in (("issue", "number"), ("pull_request", "number")):
        if key in changed:
            changed[key][value] = _NUMBER
    if "number" in changed:
        changed["number"] = _NUMBER
    if "comment" in changed:
        changed["comment"]["id"] = _COMMENT
    owner, _, name = _NAME.partition("/")
    changed["repository"] |= {"full_name": _NAME, "name": name}
    changed["repository"]["owner"] |= {"login": owner}
    text = json.dumps(changed).replace(own_name, _NAME)
    return Letter(event=event, text=text, share=share, is_wanted=wanted(event, changed.get("action")))
