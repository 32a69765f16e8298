"""The demonstration: a made-up school, a clock that can be moved, and the page's own API."""
