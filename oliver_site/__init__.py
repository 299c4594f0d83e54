"""The Django site that carries Oliver: settings, URLs and the ASGI application."""
