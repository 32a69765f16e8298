"""One module per sub-command of `bot`, each with a click command named `command`."""
