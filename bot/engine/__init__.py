"""Durable runs: a flow that has begun is carried to its end, whatever process dies in between."""
