"""The page of a repository's costs and the metrics of its budget."""
