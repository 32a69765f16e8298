"""LINE: what comes in from its webhook, how a Reply is drawn for it, and how it is called."""
