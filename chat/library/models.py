"""The reference library as loaded from ``chat/library/content/*.md`` (see docs/library.md)."""

from typing import get_args

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from chat.kernel.passages import PassageKind

_JURISDICTION_NAMES = {
    "EU": _("European Union"),
    "INT": _("International"),
    "US": _("United States"),
    "US-CA": _("California"),
}


def jurisdiction_name(code: str) -> str:
    """``US-CA`` -> ``California``. One that an operator added is named by its code."""
    return str(_JURISDICTION_NAMES.get(code, code))


class LibraryNote(models.Model):
    slug = models.SlugField(max_length=100, primary_key=True, verbose_name=_("short name"))
    title = models.CharField(max_length=200, verbose_name=_("title"))
    topic = models.CharField(max_length=40, db_index=True, verbose_name=_("topic"))
    authority = models.CharField(max_length=200, verbose_name=_("authority"))
    section = models.CharField(max_length=200, verbose_name=_("section"))
    url = models.URLField(max_length=500, verbose_name=_("address"))
    checked = models.DateField(verbose_name=_("checked on"))
    #: Codes with a space between: "US", "US EU", "US-CA".
    jurisdiction = models.CharField(max_length=60, default="", verbose_name=_("jurisdiction"))
    binds = models.CharField(max_length=200, default="", verbose_name=_("binds"))
    status = models.CharField(
        max_length=20,
        choices=[
            ("in force", _("in force")),
            ("proposed", _("proposed")),
            ("vacated", _("vacated")),
            ("expired", _("expired")),
        ],
        default="in force",
        verbose_name=_("status"),
    )
    as_of = models.DateField(null=True, blank=True, verbose_name=_("as of"))
    also = models.TextField(
        blank=True, help_text=_("Everyday words, one per line"), verbose_name=_("also known as")
    )
    digest = models.CharField(max_length=64, help_text="SHA-256 of the file it was loaded from")

    class Meta:
        verbose_name = _("library note")
        verbose_name_plural = _("library notes")
        ordering = ["topic", "title"]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("library-note", args=[self.slug])

    @property
    def jurisdiction_names(self) -> str:
        """ "United States, European Union"."""
        return ", ".join(map(jurisdiction_name, self.jurisdiction.split()))


class LibraryPassage(models.Model):
    """A section of a note. ``key`` is ``<slug>#<anchor>``, which citations point to."""

    key = models.CharField(max_length=160, unique=True, verbose_name=_("key"))
    note = models.ForeignKey(LibraryNote, on_delete=models.CASCADE, related_name="passages")
    position = models.PositiveSmallIntegerField()
    anchor = models.SlugField(max_length=60)
    heading = models.CharField(max_length=200, verbose_name=_("heading"))
    kind = models.CharField(
        max_length=20,
        choices=[(kind, kind) for kind in get_args(PassageKind)],
        verbose_name=_("kind"),
    )
    text = models.TextField(verbose_name=_("text"))

    class Meta:
        verbose_name = _("passage")
        verbose_name_plural = _("passages")
        ordering = ["note_id", "position"]

    def __str__(self) -> str:
        return self.key


class PassageVector(models.Model):
    """What a passage means, as ``retrieval.meaning`` reads it. It belongs to the text."""

    digest = models.CharField(max_length=64, primary_key=True, help_text="SHA-256 of the text")
    vector = models.BinaryField(help_text="One signed byte for each dimension")

    def __str__(self) -> str:
        return self.digest[:12]
