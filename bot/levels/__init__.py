"""How long people waited for the bot: for an acknowledgement, a summary, a merge; and whether that met the goals."""
