"""The web process: the webhook, health and metrics."""
