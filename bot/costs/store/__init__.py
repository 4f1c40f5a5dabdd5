"""The rows of costs: budgets, what was metered, what is settled, what each look found out."""
