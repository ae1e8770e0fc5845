"""From findings to what a person is told: grouping, wording, and when it rings again. Pure."""
