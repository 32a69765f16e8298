"""What the console asks of the store and nothing else does; one module per subject."""
