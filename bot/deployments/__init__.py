"""Deployments: from a command to the end of the workflow run that carries it out."""
