"""Settings of the process and configuration of a repository, each made once and frozen."""
