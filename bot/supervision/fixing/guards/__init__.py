"""What a fix may not be: each rule a pure function over what the files were and what they became."""
