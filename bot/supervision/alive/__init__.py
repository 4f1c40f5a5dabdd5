"""The bot's own sign of life: an issue that tells when each part looked last, and the alarm that reads it."""
