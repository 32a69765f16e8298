"""What the page shows of the school, as JSON: its state, its people, its ledger."""
