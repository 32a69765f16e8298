"""Files that leave: what was done in a term, and name lists for the central database."""
