"""Head office's own database: SQLite embedded, PostgreSQL in production, one schema and one way to speak to both."""
