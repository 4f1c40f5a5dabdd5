"""Whether a deployment may happen: facts, conditions, and the decision that follows from them."""
