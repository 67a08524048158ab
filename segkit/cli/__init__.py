"""The `segkit` command."""
