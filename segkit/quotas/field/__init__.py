"""How a field goes: the law of families, which quotas they match, what a vendor lets in, forecasts, feasibility, repair."""
