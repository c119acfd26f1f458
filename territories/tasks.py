"""Register of the floor's tasks: Celery looks here, the rooms hold them."""
