"""The doors of head office: where boxes come in with signed requests, and what turns strangers away."""
