"""What the doors of `pipeline` do inside their transaction; nothing is sent from here."""
