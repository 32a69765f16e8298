"""Compares what a file says with what is stored: plain rows in, changes and problems out.

Nothing here reads a file or a database. A record names its place in the file, so that every
problem can be shown where it stands.
"""
