"""System check: OLIVER_MODEL names a known provider, and its address is complete.

Reported at start, not at the first question.
"""

import difflib
import re
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from django.core.checks import CheckMessage, Error, register

from chat.kernel.conf import conf

_LITELLM_NAMES = Path("types", "utils.py")


@register()
def model_has_a_provider(**kwargs: object) -> list[CheckMessage]:
    model = conf().model
    if model is None:
        return []
    # Slow to import, and not needed without a model.
    from dspy.lm15 import LM15Error, UnknownModelError

    from chat.engine.providers.native_engine import missing_setting

    try:
        missing = missing_setting(model, api_base=conf().api_base)
    except UnknownModelError:
        return _unknown(model.partition("/")[0])
    except LM15Error:
        return []  # left to litellm
    return [_incomplete(model, missing)] if missing else []


def _unknown(prefix: str) -> list[CheckMessage]:
    served = _prefixes()
    if prefix in served:
        return []
    near = difflib.get_close_matches(prefix, sorted(served), n=3)
    meant = f"Did you mean {' or '.join(near)}? " if near else ""
    return [
        Error(
            f"OLIVER_MODEL begins with {prefix!r}, which is no provider.",
            hint=f"{meant}For a server that speaks OpenAI's protocol: openai/<model>, with "
            "OLIVER_API_BASE.",
            id="oliver.E006",
        )
    ]


def _incomplete(model: str, missing: str) -> CheckMessage:
    return Error(
        f"{model} cannot be reached: {missing}",
        hint="Set OLIVER_API_BASE to the address of your resource.",
        id="oliver.E007",
    )


@cache
def _prefixes() -> set[str]:
    """All providers. litellm's are read from its source: importing it takes five seconds."""
    from dspy._vendor.lm15.router import LITELLM_PROVIDER_PREFIXES

    from chat.engine.providers.openai_compatible import COMPATIBLE

    ours = {each.id.replace("-", "_") for each in COMPATIBLE}
    litellm = find_spec("litellm")
    if litellm is None or litellm.origin is None:
        return ours | set(LITELLM_PROVIDER_PREFIXES)
    source = (Path(litellm.origin).parent / _LITELLM_NAMES).read_text(encoding="utf-8")
    names = source.partition("class LlmProviders")[2].partition("\nclass ")[0]
    theirs = set(re.findall(r'^    [A-Z0-9_]+ = "([\w-]+)"', names, re.MULTILINE))
    return ours | theirs | set(LITELLM_PROVIDER_PREFIXES)
