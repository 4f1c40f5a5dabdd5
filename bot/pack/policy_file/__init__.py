"""Changes the text of a policy: what it says now and what it shall say in, the lines that differ out."""
