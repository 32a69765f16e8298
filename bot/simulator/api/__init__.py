"""The Messaging API: one module per subject, behind one gate."""
