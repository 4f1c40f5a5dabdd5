"""Deliveries from the channel of a webhook proxy, for machines that GitHub cannot reach."""
