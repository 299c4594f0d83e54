"""Asking, following and reading turns, for programs. Mounted by ``chat.api.mount``."""
