"""What people read about a fix: its pull request or issue, its commit, and how it went on."""
