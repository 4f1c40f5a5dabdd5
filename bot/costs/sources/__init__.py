"""Where spend is read, one file each: every source says how fresh and how sure it is."""
