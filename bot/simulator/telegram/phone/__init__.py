"""The phone API: what a person sees and does in Telegram, for the browser page and for tests."""
