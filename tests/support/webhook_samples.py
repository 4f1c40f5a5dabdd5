"""GitHub's own examples of every event, old shapes included (tests/data/github/README.md says where from)."""

from __future__ import annotations

import gzip
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_FILE = Path(__file__).parents[1] / "data" / "github" / "webhooks.jsonl.gz"
INSTALLATION = {"id": 987654, "node_id": "MDIzOkluc3RhbGxhdGlvbg=="}


@dataclass(frozen=True)
class Sample:
    """One example delivery."""

    file: str
    event: str
    payload: dict[str, Any]


def webhook_samples() -> tuple[Sample, ...]:
    """This function will read all examples, each with an installation, as an App receives them."""
    samples = []
    with gzip.open(_FILE, "rt", encoding="utf-8") as lines:
        for line in lines:
            read = json.loads(line)
            payload = {"installation": INSTALLATION, **read["payload"]}
            samples.append(Sample(read["file"], read["event"], payload))
    return tuple(samples)
