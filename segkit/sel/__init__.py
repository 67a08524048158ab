"""Who a respondent is: qualification trees, walks through them, scoring rules. Pure: no network, no files but its own."""
