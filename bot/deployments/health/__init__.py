"""Whether a deployment is healthy: what is asked, and what the answers mean."""
