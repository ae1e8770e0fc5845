"""Keeping the data over years: backup and restore, retention, forgetting, export."""
