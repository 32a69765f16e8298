"""The simulator's page in a real browser, against a stand-in for the two interfaces behind it."""
