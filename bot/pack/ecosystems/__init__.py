"""What builds and tests a project, one file for each tool."""
