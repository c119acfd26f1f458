"""The pages of partnerships, by subject."""
