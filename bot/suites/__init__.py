"""Has the tests that a person names run for a pull request's head, and follows them to their end."""
