"""What is done with one batch: built, tested, its cause found, merged as it was tested, tidied up behind."""
