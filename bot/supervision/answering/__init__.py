"""What `/agents` and `/agent` answer, and what people have done to an agent."""
