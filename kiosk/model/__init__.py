"""The store database: the only room that knows peewee; it keeps rows and invariants and interprets no rule."""
