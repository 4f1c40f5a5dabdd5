"""The agent that is asked where no tool can fix it: its task, its permissions, its price."""
