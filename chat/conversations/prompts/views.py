"""The prompt library: own and shared prompts, on a page and as options of the composer's picker.

Everybody keeps their own. Who has the permission ``conversations.share_prompt`` shares them;
staff keep shared ones in the administration as well.
"""

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib.auth.models import User
from django.http import HttpResponse
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
    """A prompt; without the permission it is the user's own."""

    class Meta:
        model = Prompt
        fields = ["title", "text", "is_shared"]

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._user = user
        if not user.has_perm(SHARE_PROMPT):
            del self.fields["is_shared"]

    def clean(self) -> dict[str, object]:
        is_new = self.instance._state.adding
        if is_new and (refusal := Prompt.objects.no_more_for(self._user)):
            raise forms.ValidationError(refusal)
        return super().clean() or {}

    def keep(self) -> Prompt:
        """What somebody without the permission writes is not read by everybody."""
        prompt = self.save(commit=False)
        if prompt._state.adding:
            prompt.owner = self._user
        prompt.is_shared = bool(self.cleaned_data.get("is_shared", False))
        prompt.save()
        return prompt


@require_safe
@signed_in
def prompts(request: SignedInRequest) -> HttpResponse:
    """All prompts that the user may use."""
    own = Prompt.objects.filter(owner=request.user)
    context = {
        "own": own,
        "shared": Prompt.objects.shared().exclude(owner=request.user),
    }
    return render(request, "conversations/prompts/prompts.html", page_context(request) | context)


@require_safe
@signed_in
def prompt_options(request: SignedInRequest) -> HttpResponse:
    """The same for the picker: options of a list box, which filters them itself."""
    options = Prompt.objects.readable_by(request.user)[: 2 * MAX_PROMPTS]
    return render(request, "conversations/prompts/_options.html", {"options": options})


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def prompt_new(request: SignedInRequest) -> HttpResponse:
    return _edit(request, Prompt(owner=request.user))


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def prompt_edit(request: SignedInRequest, prompt_id: int) -> HttpResponse:
    """Its owner changes a prompt; shared ones of others can be used only."""
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
    """Asks first; POST deletes."""
    prompt = get_object_or_404(Prompt, owner=request.user, pk=prompt_id)
    if request.method == "POST":
        prompt.delete()
        return redirect("prompts")
    return render(
        request, "conversations/prompts/delete.html", page_context(request) | {"prompt": prompt}
    )
