"""The languages whose tests and suppressions the guards know, one file for each."""
