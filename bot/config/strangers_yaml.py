"""Reads YAML that a stranger may have written: a small text cannot make it endless."""

from __future__ import annotations

import io
import warnings
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.composer import Composer, ComposerError
from ruamel.yaml.constructor import RoundTripConstructor
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import AliasEvent
from ruamel.yaml.nodes import MappingNode, ScalarNode, SequenceNode

_MOST_PARTS = 20_000  # with every alias written out
_DEEPEST = 40


class UnreadableYamlError(Exception):
    """The text is no YAML that is read; the place is where that shows, from 1."""

    def __init__(self, message: str, line: int = 1, column: int = 1) -> None:
        super().__init__(message)
        self.line = line
        self.column = column


class _Composer(Composer):
    """Weighs each part with all that its aliases stand for, before anything is made of it."""

    def compose_node(self, parent: Any, index: Any) -> Any:
        """This function will compose the next part, and refuse one that is too much or holds itself."""
        weights = self.__dict__.setdefault("weights", {})
        is_alias = self.parser.check_event(AliasEvent)
        node = super().compose_node(parent, index)
        if is_alias and id(node) not in weights:
            raise ComposerError(None, None, "an alias stands for what it is in", node.start_mark)
        weights[id(node)] = 1 + sum(weights[id(part)] for part in _parts(node))
        if weights[id(node)] > _MOST_PARTS:
            raise ComposerError(None, None, "with its aliases it holds too much", node.start_mark)
        return node


def _parts(node: Any) -> list[Any]:
    if isinstance(node, SequenceNode):
        return list(node.value)
    if isinstance(node, MappingNode):
        if any(not isinstance(key, ScalarNode) for key, _ in node.value):
            raise ComposerError(None, None, "a key is a list or a mapping", node.start_mark)
        return [part for pair in node.value for part in pair]
    return []


class _Texts(RoundTripConstructor):
    """Leaves dates and times as they are written: their zone and their mistakes are ours to read."""


_Texts.add_constructor("tag:yaml.org,2002:timestamp", RoundTripConstructor.construct_scalar)


def read_yaml(text: bytes) -> Any:
    """This function will read a document whose parts know their places; dates stay text.

    Raises:
        UnreadableYamlError: it is no YAML, no UTF-8, or too much with its aliases written out.
    """
    reader = YAML(typ="rt", pure=True)
    reader.Composer, reader.Constructor = _Composer, _Texts
    reader.max_depth = _DEEPEST
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of an anchor that is used again, which is allowed
            return reader.load(io.StringIO(text.decode("utf-8")))
    except UnicodeDecodeError as error:
        raise UnreadableYamlError("the file is not UTF-8", text.count(b"\n", 0, error.start) + 1) from error
    except MarkedYAMLError as error:
        mark = error.problem_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        raise UnreadableYamlError(f"not valid YAML: {error.problem}", line, column) from error
    except (
        YAMLError,
        ValueError,
        RecursionError,
        IndexError,
    ) as error:  # the library's, for a number such as -_
        raise UnreadableYamlError(f"not valid YAML: {error}") from error
