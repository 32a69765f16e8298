"""What a person can do: an Action comes in, a Reply goes out. Knows no channel."""
