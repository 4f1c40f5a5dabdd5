"""What `/cancel` does."""

from __future__ import annotations

from bot.deployments.leases.view import answering
from bot.deployments.locks.cancelling import cancel

body = answering(cancel)
