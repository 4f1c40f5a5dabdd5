"""How long machines and disks have stood on a day, and what that costs."""
