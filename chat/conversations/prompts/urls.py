"""The pages of the prompt library."""

from django.urls import path

from chat.conversations.prompts import views

urlpatterns = [
    path("prompts/", views.prompts, name="prompts"),
    path("prompts/options/", views.prompt_options, name="prompt-options"),
    path("prompts/new/", views.prompt_new, name="prompt-new"),
    path("prompts/<int:prompt_id>/", views.prompt_edit, name="prompt-edit"),
    path("prompts/<int:prompt_id>/delete/", views.prompt_delete, name="prompt-delete"),
]
