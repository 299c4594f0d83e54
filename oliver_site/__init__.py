"""The Django site: settings, URLs and the ASGI application."""
