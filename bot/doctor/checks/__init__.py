"""What is looked at, a file each: adding a check takes one module with a CHECK."""
