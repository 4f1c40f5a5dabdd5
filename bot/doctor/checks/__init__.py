"""What is examined, one file for each check."""
