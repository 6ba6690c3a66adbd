"""A challenge that is played: goal, moves, the best run beside yours, the end."""
