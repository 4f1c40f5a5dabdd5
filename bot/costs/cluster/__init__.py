"""The test cluster: brought up for a time by a workflow or by EC2 itself, priced before, and ended by itself."""
