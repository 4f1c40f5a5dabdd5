"""What parsers are made of: forms of failures, rows, counts, frames and diagnostics."""
