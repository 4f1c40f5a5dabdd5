"""Names the signs by which a line without any known tool tells what it is: an error, a frame, a wrapper's word."""

from __future__ import annotations

import re

SIGNS = {
    # what tools write in front of what went wrong
    "strong": re.compile(
        r"(?:^|[\s\[(])(?:error|ERROR|Error|FATAL|fatal|FAIL|FAILED|FAILURE|Failure|failure|panic|PANIC|"
        r"not ok|ABORT)\b[:!\]\s)-]|"
        r"\b(?:FAILED|FAILURE|FAIL)\b|\w(?:Error|Exception)\b|^\s*(?:[✗✘✖✕×●]|Traceback|E\s{3})|"  # noqa: RUF001 - tools print such signs
        r"\*\* \(\w+\)|!!|^error\b|\bassert\w*\b|Assertion"
    ),
    "weak": re.compile(
        r"(?i)\b(?:fail(?:s|ed|ing|ure|ures)?|error(?:s|ed)?|fatal|cannot|can't|couldn't|could not|unable|"
        r"not found|no such|denied|"
        r"undefined|unresolved|invalid|unexpected|mismatch(?:ed)?|missing|expected|does not|doesn't|abort(?:ed)?|"
        r"timed out|timeout|"
        r"killed|refused|crash(?:ed)?|segmentation|conflict|unknown|unrecognized|bad|wrong|illegal|should|must|please)\b"
    ),
    "harmless": re.compile(
        r"(?i)\b(?:0|no) (?:errors?|failures?|failed)\b|\b(?:errors?|failures?|failed)[:=] ?0\b|\bwarn(?:ing)?\b|"
        r"deprecat|"
        r"(?:^|\s)(?:ok|pass|passed|skipped|xfail|✓|✔)(?:[\s:]|$)|EXPECTED FAIL|^\s*(?:ok|PASS|✓|✔|√)\b|retry|"
        r"allow_failure|"
        r"--\w*(?:error|fail)|\berror_?(?:log|reporting|handler)\b"
    ),
    "progress": re.compile(
        r"^\s*(?:Get|Hit|Ign|Fetched|Reading|Unpacking|Selecting|Preparing|Setting up|Processing|Install|Download|"
        r"Collecting|Compil|"
        r"Check|Build|Cloning|remote:|Updating|Using|Requirement already|Running|\[\s*\d+[/%])"
    ),
    "wrapper": re.compile(
        r"^(?:travis_\w+:|\x08|Done\. Your build|The command \"|npm ERR!|g?make(?:\[\d+\])?: |error Command failed|"
        r"info Visit|Exited with code|Process completed|Post job cleanup|exit status|Finished: |rake aborted!|"
        r"Tasks: TOP|\(See full trace)"
    ),
    "command": re.compile(r"^(?:\$ |\+ |> )"),
    "frame": re.compile(r"^\s*(?:at |from |in |File \"|#?\d+: |\S+:\d+:in )"),
    "diff": re.compile(r"^\s*(?:[+-](?![+-]{3})|@@|\|)"),
    "pointer": re.compile(r"^[\s|]*[\^~]+|^\s*-->"),
    "place": re.compile(r"(?<![\w/\\.-])[\w/\\.-]+\.\w{1,10}(?::\d+|\(\d+)"),
    "bullet": re.compile(r"^\s*(?:[-*•●○✗✘✖✕×✓✔▸→>]|\d+[.)])\s"),  # noqa: RUF001 - as above
    "bar": re.compile(r"^\s*[-=_*~#+. ]{5,}$"),
    "heading": re.compile(r"^\s*(?:[-=_*~#]{3,} .* [-=_*~#]{3,}|[A-Z][A-Z ]{4,}:?)$"),
    "count": re.compile(r"(?i)\b\d+ (?:\w+ )?(?:fail|error|problem|pass|test|warning|offense|violation)"),
    "colon": re.compile(r":\s*$"),
    "sentence": re.compile(r"[a-z]{2,}[.!]\s*$"),
    "key": re.compile(r"^\s*[\w-]+ ?[:=] \S"),
    "assign": re.compile(r"^(?:export )?[A-Z_]+="),
}
