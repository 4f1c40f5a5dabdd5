"""A runner of GitHub Actions' workflows for tests, with GitHub's own expressions and no network."""
