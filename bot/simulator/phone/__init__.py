"""The phone API: what a person sees and does in LINE, for the browser page and for tests."""
