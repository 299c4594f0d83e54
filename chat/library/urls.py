"""The pages of the library."""

from django.urls import path

from chat.library import views

urlpatterns = [
    path("library/", views.library, name="library"),
    path("library/<slug:slug>/", views.note, name="library-note"),
    path("library/passages/<slug:slug>/<slug:anchor>/", views.passage, name="library-passage"),
]
