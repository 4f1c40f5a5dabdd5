"""What the report says, as Markdown with charts that GitHub draws."""
