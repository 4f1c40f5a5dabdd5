"""Threads that meet a type for the first time at once read it all the same."""

from __future__ import annotations

import subprocess
import sys

import msgspec
import pytest

from bot.forms import convert, decode

# Two threads in which msgspec builds what it knows of a type at once end the process, so this is another one.
RACE = """
import threading
from bot.config.repository import configuration_from_yaml

barrier = threading.Barrier(8)

def read():
    barrier.wait()
    configuration_from_yaml(b"agents: {A1: {}}\\nsupervision: {}\\ncosts: {}\\n")

threads = [threading.Thread(target=read) for _ in range(8)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print("read")
"""


def test_threads_that_read_a_configuration_first_at_once_live() -> None:
    ended = subprocess.run(
        [sys.executable, "-c", RACE], capture_output=True, text=True, timeout=60, check=False
    )
    assert (ended.returncode, ended.stdout) == (0, "read\n"), ended.stderr[-2000:]


def test_json_and_plain_values_become_typed_ones() -> None:
    assert decode(b"[1, 2]", tuple[int, ...]) == (1, 2)
    assert decode(memoryview(b'{"1": 2}'), dict[int, int]) == {1: 2}
    assert convert({"1": 2}, dict[int, int], str_keys=True) == {1: 2}
    assert convert("3", int, strict=False) == 3
    with pytest.raises(msgspec.ValidationError):
        convert("3", int)
    with pytest.raises(msgspec.DecodeError):
        decode("[", list[int])
