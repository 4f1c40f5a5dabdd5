"""How a repository's pipeline does, on the page of its CI metrics and in what a scrape is told."""
