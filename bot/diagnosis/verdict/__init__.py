"""Whose fault a failure is: its history, the evidence, what people say, and trying again."""
