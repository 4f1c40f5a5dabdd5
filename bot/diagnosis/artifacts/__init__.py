"""Reads what a run uploaded about its tests and its code: JUnit XML, TRX, SARIF, the JSON of cargo and libtest."""
