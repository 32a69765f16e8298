"""What happens when nobody taps: planning, sending, and taking up what a crash left."""
