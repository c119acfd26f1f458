"""The tags and filters of PHARE by subject; `templatetags/phare.py` gathers them."""
