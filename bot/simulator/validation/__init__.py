"""LINE's limits on what an account may send: plain checks that collect every fault they find."""
