"""Reads the errors of GitHub Actions' caches and artifacts and of GitHub's rate limits."""

from __future__ import annotations

import re

from bot.diagnosis.forms.blocks import Form, reader_of
from bot.diagnosis.model import Cause
from bot.diagnosis.parsing import Rank

_TRANSFER = (
    r"(?:Failed to|Unable to|Could not) (?:CreateArtifact|FinalizeArtifact|ListArtifacts|GetSignedArtifactURL|upload|"
    r"download|make request|reserve|restore|save)"
)
_SERVICE = (
    r"\(?\b(?:429|5\d\d)\)?\b|ETIMEDOUT|ECONNRESET|socket hang up|EAI_AGAIN|ENOTFOUND|[Tt]ime(?:d )?out|Unexpected HTTP response|"
    r"Unable to make request|service (?:responded|unavailable)"
)

PARSER = reader_of(
    "actions storage",
    signs=("##[error]", "rate limit", "toomanyrequests"),
    landmarks=("##[error]",),
    forms=(
        Form(
            head=re.compile(
                r"(?:[Aa]rtifact not found for name|Unable to find any artifacts|an artifact with this name already exists|"
                r"No files were found with the provided path|Artifact storage quota has been hit|artifact name is not valid|"
                r"Exiting as fail-on-cache-miss is set|Input required and not supplied: (?:key|path)\b)"
            ),
            cause=Cause.CONFIGURATION,
            command="error",
            places=0,
        ),
        Form(
            head=re.compile(
                rf"(?:{_TRANSFER}|[Cc]ache service|getCacheEntry failed|reserveCache failed).{{0,300}}(?:{_SERVICE})"
            ),
            cause=Cause.INFRASTRUCTURE,
            command="error",
            places=0,
        ),
        Form(
            head=re.compile(
                rf"(?:{_TRANSFER} .{{0,120}}(?:[Cc]ache|[Aa]rtifact)|{_TRANSFER}Artifact|^Unexpected HTTP response)"
            ),
            cause=Cause.INFRASTRUCTURE,
            command="error",
            places=0,
            rank=Rank.LIKELY,
        ),
        Form(
            head=re.compile(r"(?:API rate limit exceeded|secondary rate limit|abuse detection mechanism)"),
            cause=Cause.INFRASTRUCTURE,
            command="error",
            places=0,
        ),
        Form(
            head=re.compile(
                r"(?:API rate limit exceeded|secondary rate limit|toomanyrequests: |You have reached your pull rate limit)"
            ),
            cause=Cause.INFRASTRUCTURE,
            near=100,
            places=0,
            rank=Rank.LIKELY,
        ),
    ),
)
