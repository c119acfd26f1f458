"""How every Django form of PHARE is rendered: Bootstrap's classes, one accessible field template.

The setting FORM_RENDERER names `PhareRenderer`; `{{ form }}`, `{{ field.as_field_group }}` and
`{% field form.name %}` then look and read alike on every page.
"""

from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.forms.renderers import TemplatesSetting
from django.forms.widgets import Widget

CHOICES = (forms.CheckboxInput, forms.RadioSelect, forms.CheckboxSelectMultiple)


def css_class(widget: Widget) -> str:
    """The Bootstrap class of a widget; none for what is hidden."""
    if widget.is_hidden:
        return ""
    if isinstance(widget, CHOICES):
        return "form-check-input"
    return "form-select" if isinstance(widget, forms.Select) else "form-control"


class PhareBoundField(BoundField):
    """A field whose widget carries Bootstrap's classes and whose label is not said twice."""

    def build_widget_attrs(
        self, attrs: dict[str, Any], widget: Widget | None = None
    ) -> dict[str, Any]:
        """Django's attributes (required, described by, invalid) with the class of the widget."""
        widget = widget or self.field.widget
        built: dict[str, Any] = super().build_widget_attrs(attrs, widget)
        classes = [str(widget.attrs.get("class", "")), css_class(widget)]
        classes.append("is-invalid" if self.errors and not widget.is_hidden else "")
        if joined := " ".join(name for name in classes if name):
            built["class"] = joined
        if str(widget.attrs.get("placeholder", "")) == str(self.label):
            built["placeholder"] = False
        return built


class PhareRenderer(TemplatesSetting):
    """Finds form templates in `templates/`, and makes fields of the kind above."""

    form_template_name = "components/form.html"
    bound_field_class = PhareBoundField
