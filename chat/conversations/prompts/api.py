"""The prompt library for programs: own and shared prompts. Other users' private ones are 404."""

from typing import Annotated

from django.http import HttpResponse
from django.utils.translation import gettext as _
from ninja import Router, Status
from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from chat.api.auth import ApiRequest
from chat.api.schemas import ErrorOut
from chat.conversations.models import Prompt
from chat.conversations.prompts.models import SHARE_PROMPT, TEXT_MAX_CHARS, TITLE_MAX_CHARS
from chat.kernel.errors import Forbidden, InvalidInput, NotFound

router = Router()
_REFUSALS = dict.fromkeys((401, 403, 404, 422, 429), ErrorOut)
#: Largest id of a 64-bit column.
_MAX_ID = 2**63 - 1


def _not_blank(text: str) -> str:
    text = text.replace("\0", "").strip()
    if not text:
        raise ValueError("it must not be empty")
    return text


class PromptIn(BaseModel):
    """A prompt to store."""

    model_config = ConfigDict(extra="forbid")

    title: Annotated[
        str, Field(min_length=1, max_length=TITLE_MAX_CHARS), AfterValidator(_not_blank)
    ]
    text: Annotated[str, Field(min_length=1, max_length=TEXT_MAX_CHARS), AfterValidator(_not_blank)]
    is_shared: bool = False


class PromptOut(BaseModel):
    """A prompt you may use."""

    model_config = ConfigDict(from_attributes=True)

    id: int
    title: str
    text: str
    is_shared: bool
    is_mine: bool

    @classmethod
    def of(cls, prompt: Prompt, user: object) -> "PromptOut":
        return cls(
            id=prompt.pk,
            title=prompt.title,
            text=prompt.text,
            is_shared=prompt.is_shared,
            is_mine=prompt.owner_id == getattr(user, "pk", None),
        )


@router.get("/prompts", response={200: list[PromptOut], **_REFUSALS}, summary="List prompts")
def prompt_list(request: ApiRequest) -> list[PromptOut]:
    """Your own and shared prompts, sorted by title."""
    found = Prompt.objects.readable_by(request.auth)
    return [PromptOut.of(prompt, request.auth) for prompt in found]


@router.post("/prompts", response={201: PromptOut, **_REFUSALS}, summary="Create a prompt")
def prompt_create(request: ApiRequest, prompt: PromptIn) -> Status[PromptOut]:
    """Sharing needs the permission to share prompts."""
    _check_sharing(request, prompt)
    if refusal := Prompt.objects.limit_error(request.auth):
        raise InvalidInput(refusal)
    created = Prompt.objects.create(owner=request.auth, **prompt.model_dump())
    return Status(201, PromptOut.of(created, request.auth))


@router.put(
    "/prompts/{prompt_id}", response={200: PromptOut, **_REFUSALS}, summary="Change a prompt"
)
def prompt_change(request: ApiRequest, prompt_id: int, prompt: PromptIn) -> PromptOut:
    """Replaces the whole prompt; only its owner may."""
    kept = _mine(request, prompt_id)
    _check_sharing(request, prompt)
    for name, value in prompt.model_dump().items():
        setattr(kept, name, value)
    kept.save()
    return PromptOut.of(kept, request.auth)


@router.delete("/prompts/{prompt_id}", response={204: None, **_REFUSALS}, summary="Delete a prompt")
def prompt_delete(request: ApiRequest, prompt_id: int) -> HttpResponse:
    """Permanently."""
    _mine(request, prompt_id).delete()
    return HttpResponse(status=204)


def _mine(request: ApiRequest, prompt_id: int) -> Prompt:
    wanted = Prompt.objects.filter(owner=request.auth)
    found = wanted.filter(pk=prompt_id).first() if 0 < prompt_id <= _MAX_ID else None
    if found is None:
        raise NotFound
    return found


def _check_sharing(request: ApiRequest, prompt: PromptIn) -> None:
    if prompt.is_shared and not request.auth.has_perm(SHARE_PROMPT):
        raise Forbidden(_("You need permission to share prompts."))
