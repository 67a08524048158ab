"""A run notebook as one file that asks no network."""
