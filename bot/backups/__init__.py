"""Backups of a SQLite database: made while processes run, verified, put back (decision 0022)."""
