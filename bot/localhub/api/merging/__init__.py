"""Operations on merges: pull requests, branches, what protects a branch."""
