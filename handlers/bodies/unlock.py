"""What `/unlock` does."""

from __future__ import annotations

from bot.deployments.leases.view import answering
from bot.deployments.locks.unlocking import unlock

body = answering(unlock)
