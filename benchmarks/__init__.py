"""Speed and memory, each against its named baseline in the same run: `make bench`."""
