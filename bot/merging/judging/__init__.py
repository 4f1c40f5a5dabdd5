"""Whether a pull request may be merged now: facts, conditions, and the decision that follows from them."""
