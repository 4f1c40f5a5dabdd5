"""The GraphQL API: the part of GitHub's own schema that is served, and what its fields say."""
