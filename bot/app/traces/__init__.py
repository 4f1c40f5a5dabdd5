"""Traces for OpenTelemetry, where an operator wants them: what was done for one delivery, over processes and days."""
