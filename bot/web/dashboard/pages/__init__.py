"""One file is one page of the dashboard, under the name PAGE."""
