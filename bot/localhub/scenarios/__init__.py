"""What happens on the local GitHub by itself: a repository to look at, and workflow runs that play with real logs."""
