"""What people read: the comment, the check run, tests, metrics and links to the pages."""
