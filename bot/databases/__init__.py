"""Looks after the three databases together: copies them elsewhere, keeps copies of them, checks them."""
