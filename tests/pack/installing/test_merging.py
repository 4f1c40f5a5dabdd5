"""Three texts become one, or it is said that they cannot."""

from __future__ import annotations

from bot.pack.installing.deciding.merging import merged

BASE = b"name: CI\non: push\njobs:\n  a: {}\n  b: {}\n  c: {}\n"


def test_changes_in_different_places_come_together() -> None:
    current, offered = BASE.replace(b"name: CI", b"name: Mine"), BASE.replace(b"c: {}", b"c: {x: 1}")
    both = BASE.replace(b"name: CI", b"name: Mine").replace(b"c: {}", b"c: {x: 1}")
    assert merged("a.yml", base=BASE, current=current, offered=offered) == both


def test_the_same_change_twice_is_no_conflict() -> None:
    new = BASE.replace(b"c: {}", b"c: {x: 1}")
    assert merged("a.yml", base=BASE, current=new, offered=new) == new


def test_changes_of_one_line_contradict_each_other() -> None:
    current, offered = BASE.replace(b"push", b"pull_request"), BASE.replace(b"push", b"workflow_dispatch")
    assert merged("a.yml", base=BASE, current=current, offered=offered) is None


def test_windows_line_ends_of_the_repository_stay() -> None:
    """A checkout that ends lines by two characters is no edit of every line."""
    current = BASE.replace(b"name: CI", b"name: Mine").replace(b"\n", b"\r\n")
    offered = BASE.replace(b"c: {}", b"c: {x: 1}")
    both = merged("a.yml", base=BASE, current=current, offered=offered)
    assert both == offered.replace(b"name: CI", b"name: Mine").replace(b"\n", b"\r\n")


def test_what_clashes_as_data_is_a_conflict_though_its_lines_do_not_touch() -> None:
    """A person and the pack add a job of one name in two places: as YAML that is a mistake."""
    current = BASE.replace(b"  a: {}\n", b"  d: {mine: 1}\n  a: {}\n")
    offered = BASE + b"  d: {}\n"
    assert merged("a.yml", base=BASE, current=current, offered=offered) is None
    assert merged("a.txt", base=BASE, current=current, offered=offered) is not None


def test_what_is_no_text_is_not_merged() -> None:
    assert merged("a.bin", base=b"\0a\n", current=b"\0b\n", offered=b"\0c\nd\n") is None


def test_what_is_longer_than_any_file_of_the_pack_is_not_merged() -> None:
    long = b"x\n" * 20_001
    assert merged("a.txt", base=b"y\n", current=long, offered=b"z\n") is None
