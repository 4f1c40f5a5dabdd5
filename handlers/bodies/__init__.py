"""What slash commands do where no ability does it as it stands; read with the first command of its kind."""
