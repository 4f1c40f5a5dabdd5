"""What was seen in, findings out: every judgement of an examination, without looking itself."""
