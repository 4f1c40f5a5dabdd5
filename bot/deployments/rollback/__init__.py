"""What was good before is put back, and the environment is frozen until a person has looked."""
