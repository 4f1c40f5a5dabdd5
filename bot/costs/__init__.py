"""What the work costs: live meters, settled days, the report, and a daily limit that holds."""
