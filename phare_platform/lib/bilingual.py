"""Reference data kept in two columns, `…_fr` and `…_en`, told in the reader's language."""

from django.utils.translation import get_language


def reads_english() -> bool:
    """True when the page or message being made is in English; French otherwise."""
    return (get_language() or "fr").startswith("en")


class Bilingual:
    """A model whose texts have a French and an English column."""

    def _read(self, field: str) -> str:
        return str(getattr(self, f"{field}_{'en' if reads_english() else 'fr'}"))
