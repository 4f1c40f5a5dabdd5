"""What the pages of deliveries show: what came in, what came of it, and how that stands."""
