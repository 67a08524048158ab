"""Which families a survey wants: codes of child age and gender, survey documents, designs, lint, legacy forms. Pure."""
