"""Asks which model stands behind an inference profile, each once in a process: nobody can change that."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bot.costs.aws.accounts import AWS_ERRORS, AwsRequest, gap_of
from bot.costs.tokens.lines import SOURCE
from bot.costs.tokens.profiles import model_behind

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from bot.costs.aws.accounts import Account
    from bot.costs.model import Gap

_MOST_KEPT = 10_000


@dataclass(frozen=True, slots=True)
class Profiles:
    """What is known of inference profiles."""

    _models: dict[tuple[str, str], str] = field(default_factory=dict)  # by account and the profile's name

    async def behind(
        self, names: Iterable[str], known: Mapping[str, str], *, account: Account, region: str
    ) -> tuple[dict[str, str], tuple[Gap, ...]]:
        """This function will return the model behind each name; one that cannot be found out is left out.

        Args:
            names: ids or ARNs of inference profiles.
            known: what is known of some of them from earlier in the day, perhaps by another process.
            account: whose they are.
            region: where they are called.
        """
        found: dict[str, str] = {}
        gaps: list[Gap] = []
        for name in sorted(set(names)):
            told = known.get(name) or self._models.get((account.id, name))
            try:
                found[name] = told or await self._asked(name, account, region)
            except AWS_ERRORS as error:
                gaps.append(gap_of(error, SOURCE, account=account.id, region=region))
        return found, tuple(dict.fromkeys(gaps))

    async def _asked(self, name: str, account: Account, region: str) -> str:
        request = AwsRequest(
            service="bedrock",
            operation="GetInferenceProfile",
            region=region,
            arguments={"inferenceProfileIdentifier": name},
        )
        answer = await account.call(request)
        model = model_behind(one["modelArn"] for one in answer["models"])
        if len(self._models) < _MOST_KEPT:
            self._models[account.id, name] = model
        return model
