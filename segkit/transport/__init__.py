"""How a request travels: the only importer of httpx."""
