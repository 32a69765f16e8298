"""All SQL, one module per subject; loads are access-checked: absent and foreign look the same."""
