"""What `/queue` does."""

from __future__ import annotations

from bot.deployments.leases.view import answering, show_queue

body = answering(show_queue)
