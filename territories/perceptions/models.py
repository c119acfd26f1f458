"""Published figures on how fragilities and alliances are perceived; never overwritten."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from phare_platform.lib.bilingual import Bilingual
from territories.perceptions.enums import Actor, FigureStatus


class Figure(Bilingual, models.Model):
    """One published value with its source, date and status. Conflicting figures coexist."""

    code = models.CharField(max_length=120, unique=True)
    measure = models.CharField(max_length=80)
    actor = models.CharField(max_length=15, choices=Actor.choices, blank=True)
    domain_number = models.PositiveSmallIntegerField(null=True)  # D01 to D16, as 1 to 16
    territory = models.CharField(max_length=10, default="FR")
    value = models.DecimalField(max_digits=14, decimal_places=2)
    unit = models.CharField(max_length=20)
    base_n = models.PositiveIntegerField(null=True)
    published_on = models.CharField(_("date"), max_length=10)  # year, year-month or day, as printed
    label_fr = models.CharField(max_length=300, blank=True)
    label_en = models.CharField(max_length=300, blank=True)
    source_label_fr = models.CharField(max_length=200)
    source_label_en = models.CharField(max_length=200)
    status = models.CharField(max_length=20, choices=FigureStatus.choices)
    note_fr = models.CharField(max_length=400, blank=True)
    note_en = models.CharField(max_length=400, blank=True)
    source = models.CharField(max_length=300)
    headline = models.PositiveSmallIntegerField(null=True)  # its place on the home page

    class Meta:
        verbose_name = _("figure")
        verbose_name_plural = _("figures")

    def __str__(self) -> str:
        return self.code

    @property
    def label(self) -> str:
        """What the figure says, in the reader's language."""
        return self._read("label")

    @property
    def source_label(self) -> str:
        """Study, date and base, in the reader's language."""
        return self._read("source_label")

    @property
    def note(self) -> str:
        """What a careful reader must know, in the reader's language."""
        return self._read("note")
