"""A power cut for SQLite: what a process has written, without what it had not synced."""
