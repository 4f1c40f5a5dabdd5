"""The pack's files as they are made from what a policy says of its pipeline."""
