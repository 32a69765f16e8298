"""The simulator's page in a real browser, against a small server that stands in for both interfaces."""
