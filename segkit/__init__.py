"""segkit: vendor segment and quota APIs as dataframes and widgets."""
