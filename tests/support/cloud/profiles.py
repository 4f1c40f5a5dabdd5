"""Bedrock's inference profiles of a test."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tests.support.cloud.wire import AwsError

if TYPE_CHECKING:
    from tests.support.cloud.wire import Call


@dataclass(frozen=True, kw_only=True)
class Profile:
    """An application inference profile: whose calls are counted apart from the model's others."""

    account: str
    region: str
    id: str
    name: str
    model: str  # a model id: anthropic.claude-…
    tags: tuple[tuple[str, str], ...] = ()

    @property
    def arn(self) -> str:
        """Its ARN."""
        return f"arn:aws:bedrock:{self.region}:{self.account}:application-inference-profile/{self.id}"


@dataclass
class Profiles:
    """The profiles of one test's world."""

    known: list[Profile] = field(default_factory=list)

    def add(self, profile: Profile) -> Profile:
        """This function will add one."""
        self.known.append(profile)
        return profile

    async def get_inference_profile(self, call: Call) -> dict[str, Any]:
        """This function will describe one, by its ARN or its id."""
        return _described(self._find(call, call.arguments["inferenceProfileIdentifier"]))

    async def list_inference_profiles(self, call: Call) -> dict[str, Any]:
        """This function will list those of the account and region."""
        here = [one for one in self.known if (one.account, one.region) == (call.account, call.region)]
        return {"inferenceProfileSummaries": [_described(one) for one in here]}

    async def list_tags_for_resource(self, call: Call) -> dict[str, Any]:
        """This function will list one's tags."""
        found = self._find(call, call.arguments["resourceARN"])
        return {"tags": [{"key": name, "value": value} for name, value in found.tags]}

    def _find(self, call: Call, identifier: str) -> Profile:
        for one in self.known:
            if (one.account, one.region) == (call.account, call.region) and identifier in {one.id, one.arn}:
                return one
        raise AwsError("ResourceNotFoundException", "The requested inference profile is not found.", 404)


def _described(one: Profile) -> dict[str, Any]:
    model = f"arn:aws:bedrock:{one.region}::foundation-model/{one.model}"
    return {
        "inferenceProfileName": one.name,
        "inferenceProfileArn": one.arn,
        "inferenceProfileId": one.id,
        "models": [{"modelArn": model}],
        "status": "ACTIVE",
        "type": "APPLICATION",
    }
