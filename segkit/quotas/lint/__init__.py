"""What is wrong with a survey document: one rule a function, registered by decorator."""
