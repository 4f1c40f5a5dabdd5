"""The train: pull requests tested on top of each other, merged together, the culprit of a red batch found by halves."""
