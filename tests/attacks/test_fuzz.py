"""Whatever strangers send, nothing breaks: random bytes, bent samples, and what once broke something.

`make fuzz` looks longer, and guided by which lines are reached.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scripts.fuzz_samples import samples
from scripts.fuzz_targets import TARGETS, BrokenError

CRASHES = Path(__file__).parent / "crashes"
_WHOLE = {name: [one for one in samples(name) if len(one) < 20_000][:40] for name in TARGETS}
_JOINTS = (
    b"\x00",
    b"\xff\xfe",
    b"\xed\xa0\x80",
    b'"',
    b"'",
    b"\n",
    b"\r\n",
    b"\\",
    b"{",
    b"]",
    b"9" * 400,
    b"\xe2\x80\xae",
)


@st.composite
def bent(draw: st.DrawFn, name: str) -> bytes:
    """A sample with a piece taken out, doubled or put in."""
    sample = draw(st.sampled_from(_WHOLE[name]))
    first, second = sorted((draw(st.integers(0, len(sample))), draw(st.integers(0, len(sample)))))
    put_in = (
        st.just(b""),
        st.sampled_from(_JOINTS),
        st.binary(max_size=12),
        st.just(sample[first:second] * 2),
    )
    middle = draw(st.one_of(*put_in))
    return sample[:first] + middle + sample[second:]


@pytest.mark.parametrize("name", TARGETS)
@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
@given(data=st.data())
def test_nothing_that_comes_in_breaks_anything(name: str, data: st.DataObject) -> None:
    TARGETS[name](
        data.draw(st.one_of(bent(name), st.binary(max_size=300), st.text(max_size=200).map(str.encode)))
    )


@pytest.mark.parametrize("name", TARGETS)
def test_every_sample_is_taken(name: str) -> None:
    for one in _WHOLE[name][:10]:
        TARGETS[name](one)


@pytest.mark.parametrize(
    "file", sorted(path for path in CRASHES.rglob("*") if path.is_file()), ids=lambda path: path.name
)
def test_what_once_broke_something_breaks_nothing(file: Path) -> None:
    """Each was found by fuzzing; the folder names its target."""
    TARGETS[file.parent.name](file.read_bytes())


def test_what_must_hold_is_held(monkeypatch: pytest.MonkeyPatch) -> None:
    """A target notices what it is there for."""
    monkeypatch.setattr("scripts.fuzz_targets.own_path", lambda text: text)
    with pytest.raises(BrokenError):
        TARGETS["visitor"](b"//evil.example")
    monkeypatch.setattr("scripts.fuzz_targets.is_valid", lambda *_, **__: True)
    with pytest.raises(BrokenError):
        TARGETS["token"](b"anything")
