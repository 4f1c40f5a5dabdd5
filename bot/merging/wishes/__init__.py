"""The rows of who wants what merged and who holds it back, and how long that usually takes."""
