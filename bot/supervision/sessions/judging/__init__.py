"""What is concluded from what hosts told: how a session stands, and whether it is started."""
