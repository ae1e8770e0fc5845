"""What a person does about a scam: the case's clock, its tasks, and answers to alerts."""
