"""Where documents come from: threads that see bytes arrive and never decide what they mean."""
