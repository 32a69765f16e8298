"""Takes over what a school's own systems know: people, courses and works, from XLSX and CSV."""
