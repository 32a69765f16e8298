"""Name lists (名冊) for the central database: who is in which, and how a cell is written.

Pure: rows in, texts and reasons out. What the lists are called and which columns they have is data
(bot/exports/columns).
"""
