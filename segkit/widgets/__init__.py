"""Thin views for notebooks: each is given data or a callable, so each runs with no token."""
