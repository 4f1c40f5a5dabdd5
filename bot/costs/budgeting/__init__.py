"""`/budget`: how the day's budget stands and why, and what people change of it, two for whatever spends more."""
