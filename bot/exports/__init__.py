"""Files that leave: what was done in a term, as XLSX and CSV for the school's own systems."""
