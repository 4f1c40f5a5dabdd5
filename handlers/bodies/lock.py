"""What `/lock` does."""

from __future__ import annotations

from bot.deployments.leases.view import answering
from bot.deployments.locks.locking import lock

body = answering(lock)
