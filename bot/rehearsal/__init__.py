"""The rehearsal: a term of any rulebook, lived through in seconds by the product itself.

A small school stands for a real one. Planning, bundling, messages and handlers are the product's
own; only the clock, the channel and what people do are made up, the same way for the same seed.
"""
