"""GitHub's question before a job enters an environment, answered whatever happens."""
