"""Small parts of screens; each draws one thing and speaks upward in typed messages."""
