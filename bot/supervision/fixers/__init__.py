"""What can be done about a tool's complaints, one file for each tool as diagnosis names it."""
