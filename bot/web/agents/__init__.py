"""The pages of a repository's agents and the metrics of its supervision."""
