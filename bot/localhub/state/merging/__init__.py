"""How changes come together: trees, methods of merging, what a base demands, the merge queue."""
