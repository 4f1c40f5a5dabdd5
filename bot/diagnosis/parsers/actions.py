"""Reads what GitHub Actions says of workflows and actions: versions, inputs, secrets, permissions, expressions."""

from __future__ import annotations

import re

from bot.diagnosis.forms.blocks import Form, reader_of
from bot.diagnosis.model import Cause

_SAID = "error"  # by the runner or by an action, in a line of its own


def _form(cause: Cause, words: str) -> Form:
    return Form(head=re.compile(words), cause=cause, command=_SAID, places=0)


PARSER = reader_of(
    "actions",
    signs=("##[error]",),
    landmarks=("##[error]",),
    forms=(
        _form(
            Cause.CONFIGURATION,
            r"Unable to resolve actions?\b|Can't find 'action\.ya?ml'|Missing download info for|"
            r"because it uses a deprecated version|is deprecated and will no longer|has been removed from|"
            r"is a scheduled .{1,80} brownout|are not allowed (?:to be used )?in|is not allowed to be used in",
        ),
        _form(
            Cause.CONFIGURATION,
            r"The template is not valid|Invalid workflow file|Unrecognized (?:named-value|function)|Unexpected (?:symbol|value|type of value) ?'|"
            r"Error when evaluating '|Matrix vector '[^']*' does not contain|Error reading JToken|Unable to process (?:command|file command)|"
            r"^Invalid (?:format|value) '|Required property is missing|^Unable to locate executable file|Unexpected input\(s\)",
        ),
        _form(
            Cause.CONFIGURATION,
            r"Input required and not supplied|Secret \S+ is required|Username and password required|Credentials could not be loaded|"
            r"Parameter token or opts\.auth is required|ssh-private-key argument is empty|No value (?:was )?provided for required|"
            r"Unable to get ACTIONS_ID_TOKEN_REQUEST_URL|No authentication token|(?:token|password|secret|key) (?:is (?:empty|missing|not set)|was not found)\b",
        ),
        _form(
            Cause.CONFIGURATION,
            r"Resource not accessible by (?:integration|personal access token)|is not permitted to create or approve pull requests|"
            r"refusing to allow .{1,80} to create or update workflow|recent account payments have failed|spending limit needs to be increased|"
            r"must have (?:admin|push|write) (?:rights|access)|Not authorized to perform sts:",
        ),
        _form(
            Cause.CONFIGURATION,
            r"Could not find .{1,120} in the list of .{1,80} versions|version \S+ (?:with arch \S+ )?not found|Unable to find \S+ version|"
            r"Can't use 'tar|does not satisfy any (?:of the )?available versions|The specified version \S+ (?:was )?not found",
        ),
    ),
)
