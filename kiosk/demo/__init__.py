"""The demo shop: a bakery with weeks of history made by the real services, for whoever has no hardware (N14)."""
