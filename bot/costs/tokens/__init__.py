"""Counts the tokens that models took and gave by CloudWatch's metrics, and what they cost."""
