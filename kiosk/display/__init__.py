"""The customer's terminal: it follows a till over a unix socket and shows each state in large type."""
