"""Telegram: updates that come in, how a Reply is drawn for it, and how its Bot API is called."""
