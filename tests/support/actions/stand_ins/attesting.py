"""Stands in for actions/attest."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

from tests.support.actions.stand_in import ActionFailed, Call, StandIn
from tests.support.actions.stand_ins.globbing import files_below, places

if TYPE_CHECKING:
    from collections.abc import Mapping

_SUBJECTS = ("subject-path", "subject-digest", "subject-checksums")


def _attest(call: Call) -> Mapping[str, str]:
    given = [name for name in _SUBJECTS if call.inputs[name]]
    if len(given) != 1:
        raise ActionFailed(f"One of {', '.join(_SUBJECTS)} must be provided")
    subjects = _subjects(call, given[0])
    bundle = call.job.places.temp / f"attestation-{call.job.count()}.json"
    statement = {"predicateType": "https://slsa.dev/provenance/v1", "subject": subjects}
    bundle.write_text(json.dumps({"mediaType": "application/vnd.dev.sigstore.bundle.v0.3+json", **statement}))
    return {
        "bundle-path": str(bundle),
        "attestation-id": "1",
        "attestation-url": f"https://github.com/{call.job.begun.trigger.full_name}/attestations/1",
    }


def _subjects(call: Call, given: str) -> list[dict[str, str]]:
    if given == "subject-digest":
        if not call.inputs["subject-name"]:
            raise ActionFailed("subject-name must be provided when using subject-digest")
        return [{"name": call.inputs["subject-name"], "digest": call.inputs["subject-digest"]}]
    if given == "subject-checksums":
        lines = call.path(call.inputs[given]).read_text().splitlines()
        return [{"name": line[66:], "digest": f"sha256:{line[:64]}"} for line in lines]
    files = files_below(places(call, call.inputs[given]))
    if not files:
        raise ActionFailed(f"Could not find subject at path {call.inputs[given]}")
    return [
        {"name": file.name, "digest": f"sha256:{hashlib.sha256(file.read_bytes()).hexdigest()}"}
        for file in files
    ]


ATTEST = StandIn(run=_attest, permissions={"id-token": "write", "attestations": "write"})
