"""The published rules, one file a standard and edition."""
