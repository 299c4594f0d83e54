"""Pages of the prompt library, and the options of the composer's picker.

Sharing needs the permission ``conversations.share_prompt``; staff also edit shared prompts in the
admin.
"""

from typing import TYPE_CHECKING

from django import forms
from django.contrib.auth.models import User
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from chat.conversations.models import Prompt
from chat.conversations.prompts.models import (
    MAX_PROMPTS,
    SHARE_PROMPT,
    TEXT_MAX_CHARS,
    TITLE_MAX_CHARS,
)
from chat.web.page_context import page_context
from chat.web.signed_in import SignedInRequest, signed_in

if TYPE_CHECKING:  # generic for the type checker only
    ModelForm = forms.ModelForm[Prompt]
else:
    ModelForm = forms.ModelForm


class PromptForm(ModelForm):
    """``is_shared`` needs the permission to share."""

    class Meta:
        model = Prompt
        fields = ["title", "text", "is_shared"]

    def __init__(self, data: QueryDict | None, *, instance: Prompt, user: User) -> None:
        super().__init__(data, instance=instance)
        self._user = user
        if not user.has_perm(SHARE_PROMPT):
            del self.fields["is_shared"]

    def clean(self) -> dict[str, object]:
        is_new = self.instance._state.adding
        if is_new and (refusal := Prompt.objects.limit_error(self._user)):
            raise forms.ValidationError(refusal)
        return super().clean() or {}

    def keep(self) -> Prompt:
        prompt = self.save(commit=False)
        if prompt._state.adding:
            prompt.owner = self._user
        prompt.is_shared = bool(self.cleaned_data.get("is_shared", False))
        prompt.save()
        return prompt


@require_safe
@signed_in
def prompts(request: SignedInRequest) -> HttpResponse:
    own = Prompt.objects.filter(owner=request.user)
    context = {
        "own": own,
        "shared": Prompt.objects.shared().exclude(owner=request.user),
    }
    return render(request, "conversations/prompts/prompts.html", page_context(request) | context)


@require_safe
@signed_in
def prompt_options(request: SignedInRequest) -> HttpResponse:
    options = Prompt.objects.readable_by(request.user)[: 2 * MAX_PROMPTS]
    return render(request, "conversations/prompts/_options.html", {"options": options})


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def prompt_new(request: SignedInRequest) -> HttpResponse:
    return _edit(request, Prompt(owner=request.user))


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def prompt_edit(request: SignedInRequest, prompt_id: int) -> HttpResponse:
    return _edit(request, get_object_or_404(Prompt, owner=request.user, pk=prompt_id))


def _edit(request: SignedInRequest, prompt: Prompt) -> HttpResponse:
    form = PromptForm(request.POST or None, instance=prompt, user=request.user)
    if request.method == "POST" and form.is_valid():
        form.keep()
        return redirect("prompts")
    context = {
        "prompt": prompt,
        "form": form,
        "title_max_chars": TITLE_MAX_CHARS,
        "text_max_chars": TEXT_MAX_CHARS,
    }
    status = 422 if request.method == "POST" else 200
    return render(
        request, "conversations/prompts/prompt.html", page_context(request) | context, status=status
    )


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def prompt_delete(request: SignedInRequest, prompt_id: int) -> HttpResponse:
    prompt = get_object_or_404(Prompt, owner=request.user, pk=prompt_id)
    if request.method == "POST":
        prompt.delete()
        return redirect("prompts")
    return render(
        request, "conversations/prompts/delete.html", page_context(request) | {"prompt": prompt}
    )
