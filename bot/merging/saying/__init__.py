"""Says how a wish stands: the check run `pilothouse / merge`, the receipt of its command, the journal."""
