"""The outside world: processes, channels, commands, and the simulator of LINE's side."""
