"""The domain: words, rows, and the rules over them. Knows no channel, no clock, no vendor."""
