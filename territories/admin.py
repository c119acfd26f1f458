"""Register of the floor's admin pages."""
