"""A simulated Telegram: the Bot API and phones, over HTTP, with Telegram's rules and faults."""
