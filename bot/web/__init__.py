"""The web process: the webhook, health, metrics and the pages."""
