"""Acts on GitHub for a wish: merges, updates a branch, uses GitHub's own queue, tidies up afterwards."""
