"""Labels of severities, artifact kinds and passage kinds, in the reader's language.

For pages, exports and the admin; programs use the stored words (``high``, ``memo``).
"""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

SEVERITIES = {
    "high": gettext_lazy("High"),
    "medium": gettext_lazy("Medium"),
    "low": gettext_lazy("Low"),
    "info": gettext_lazy("Information"),
}
KINDS = {
    "table": gettext_lazy("Table"),
    "checklist": gettext_lazy("Checklist"),
    "memo": gettext_lazy("Memo"),
    "draft": gettext_lazy("Draft"),
    "code": gettext_lazy("Code"),
}

#: ``chat.kernel.passages.PassageKind``.
PASSAGE_KINDS = {
    "definition": gettext_lazy("Definition"),
    "scope": gettext_lazy("Scope"),
    "duty": gettext_lazy("Duty"),
    "deadline": gettext_lazy("Deadline"),
    "threshold": gettext_lazy("Threshold"),
    "prohibition": gettext_lazy("Prohibition"),
    "exception": gettext_lazy("Exception"),
    "record": gettext_lazy("Record"),
    "step": gettext_lazy("Step"),
    "red-flag": gettext_lazy("Red flag"),
    "penalty": gettext_lazy("Penalty"),
    "guidance": gettext_lazy("Guidance"),
}


def severity_label(severity: str) -> str:
    """``high`` -> ``High``. Other text, which a model may have written, stays as it is."""
    return str(SEVERITIES.get(severity, SEVERITIES["info"]))


def kind_label(kind: str) -> str:
    known = KINDS.get(kind)
    return str(known) if known else _("Text")


def passage_kind_label(kind: str) -> str:
    """``red-flag`` -> ``Red flag``."""
    return str(PASSAGE_KINDS.get(kind, kind))
