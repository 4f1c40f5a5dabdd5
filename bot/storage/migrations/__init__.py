"""How our own tables came to be, one revision a file."""
