"""What people close, open and stop: at their word, or because their pull request is over."""
