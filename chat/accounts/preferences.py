"""The form of the settings page, and the context processor that gives pages the preferences.

``base.html`` writes them on the root element, so that a page has its theme before it is painted.
"""

from django import forms
from django.conf import settings
from django.http import HttpRequest, QueryDict
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language_info
from django.utils.translation import gettext_lazy as _

from chat.accounts.models import Preferences
from chat.accounts.models.preferences import preferences_of


def appearance(request: HttpRequest) -> dict[str, object]:
    """Context processor. Lazy: no query unless a template uses it."""
    user = getattr(request, "user", None)
    if user is None:  # refused before authentication
        return {"preferences": Preferences()}
    return {"preferences": SimpleLazyObject(lambda: preferences_of(user))}


class PreferencesForm(forms.ModelForm):  # type: ignore[type-arg]
    language = forms.ChoiceField(required=False, label=_("Language"))

    class Meta:
        model = Preferences
        fields = ("theme", "density", "language", "status_style", "shortcuts")

    def __init__(self, data: QueryDict | None = None, *, instance: Preferences) -> None:
        super().__init__(data, instance=instance)
        self.fields["language"].choices = [  # type: ignore[attr-defined]
            ("", _("Browser default")),
            *((code, get_language_info(code)["name_local"]) for code, _name in settings.LANGUAGES),
        ]
