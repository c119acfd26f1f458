"""Register of the ground floor's tables. Rooms hold them; outsiders may import from here."""

from territories.fragilities.models import Domain, Priority
from territories.perceptions.models import Figure
from territories.places.models import Containment, LoadedFile, Place

__all__ = ["Containment", "Domain", "Figure", "LoadedFile", "Place", "Priority"]
