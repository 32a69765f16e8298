"""Flex messages as plain JSON: every piece is made within LINE's limits, so none is refused."""
