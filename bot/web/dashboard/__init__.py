"""The dashboard: pages for people who signed in, each of what they may read on GitHub."""
