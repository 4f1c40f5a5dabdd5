"""What broke in a failed job, where and why, said on the pull request."""
