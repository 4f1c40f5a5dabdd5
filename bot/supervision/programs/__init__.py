"""The programs that are run on hosts: shell scripts, each with one task."""
