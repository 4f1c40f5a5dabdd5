"""What the build of a proposed fix says of the failure, and what follows from it."""
