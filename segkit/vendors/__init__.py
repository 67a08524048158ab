"""Adapters, one a vendor API: endpoints, headers and the shapes of answers and errors."""
