"""The newest builds of watched branches, and what failed in them."""
