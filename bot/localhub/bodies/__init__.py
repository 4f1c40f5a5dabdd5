"""The JSON bodies of GitHub's nouns, the same in REST answers and webhook payloads."""
