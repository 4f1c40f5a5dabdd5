"""How a repository is looked at: through the App, by a person's token where the App may not see, and in AWS."""
