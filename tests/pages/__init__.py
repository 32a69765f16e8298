"""The demonstration in a real browser, as its visitors use it."""
