"""The team's cockpit of mail: what left, what waits, what is in trouble, and how mails look."""
