"""The flags of `/merge`, by which its grammar and its body mean the same."""

from __future__ import annotations

WHEN_GREEN, CANCEL, PRIORITY = "when-green", "cancel", "priority"
