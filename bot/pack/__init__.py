"""The reference pipeline as a pack: the files made for a repository, and the pull request that brings them."""
