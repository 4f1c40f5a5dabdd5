"""The audit journal: who did what, when, on which evidence, in a chain that shows what was changed afterwards."""
