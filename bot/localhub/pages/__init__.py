"""The local GitHub's web pages: what a person sees and does there."""
