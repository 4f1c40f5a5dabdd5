"""Reads what kubectl, Helm and kind refuse: broken manifests and charts, roll-outs that do not come up."""

from __future__ import annotations

import re

from bot.diagnosis.forms.blocks import Form, reader_of
from bot.diagnosis.model import Cause
from bot.diagnosis.parsing import Rank

_HELM = r"(?:INSTALLATION|UPGRADE|ROLLBACK|UNINSTALL) FAILED"

PARSER = reader_of(
    "kubernetes",
    signs=(
        "FAILED: ",
        "Error from server",
        "error validating",
        "chart(s) linted",
        "YAML parse error",
        "template: ",
        "timed out waiting for",
        "exceeded its progress deadline",
        "is invalid:",
        "was refused",
        "failed to create cluster",
        "error: ",
    ),
    landmarks=("INSTALLATION FAILED", "UPGRADE FAILED", "Error from server"),
    forms=(
        Form(  # the cluster did not come up in time
            head=re.compile(
                rf"^(?P<message>Error: {_HELM}: (?:.*timed out|.*context deadline exceeded|.*cluster unreachable).*|"
                r"error: timed out waiting for the condition.*|ERROR: failed to create cluster: .*|"
                r"error: deployment \"[^\"]*\" exceeded its progress deadline|The connection to the server .* was refused.*|"
                r"Error from server \((?:Timeout|ServiceUnavailable|InternalError|TooManyRequests)\): .*)"
            ),
            cause=Cause.INFRASTRUCTURE,
            rank=Rank.LIKELY,
            places=0,
        ),
        Form(
            head=re.compile(
                rf"^(?P<message>Error: {_HELM}: .*|Error from server \(\w+\): .*|error: error validating \"[^\"]+\": .*|"
                r"error: unable to (?:recognize|decode) \"?.*|The \w+ \"[^\"]+\" is invalid: ?.*|"
                r"error: error parsing \S+: .*|error: resource mapping not found for .*)"
            ),
            cause=Cause.CONFIGURATION,
            body=re.compile(r"^\s*(?:\* |- )\S|^\s+\S"),
            most=12,
            places=0,
        ),
        Form(  # Helm cannot render the chart
            head=re.compile(
                r"^(?P<message>Error: (?:YAML parse error on |template: |parse error at |execution error at |values don't meet ).*|"
                r"Error: failed to (?:download|fetch|load) .*|Error: Chart.*)"
            ),
            cause=Cause.COMPILE,
            body=re.compile(r"^\s*- \S|^\s+\S"),
            at=re.compile(r"(?<![\w./-])(?P<path>[\w./-]{1,200}\.(?:ya?ml|tpl)):(?P<line>\d+)"),
        ),
        Form(  # helm lint
            head=re.compile(r"^\[ERROR\] (?P<message>\S+: .+)"),
            cause=Cause.LINT,
            at=re.compile(r"(?<![\w./-])(?P<path>[\w./-]{1,200}\.(?:ya?ml|tpl)):(?P<line>\d+)"),
        ),
        Form(
            head=re.compile(r"^(?P<message>Error: \d+ chart\(s\) linted, [1-9]\d* chart\(s\) failed)"),
            cause=Cause.LINT,
            rank=Rank.CONSEQUENCE,
            places=0,
        ),
    ),
)
