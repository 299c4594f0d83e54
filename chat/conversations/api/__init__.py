"""The API of conversations and turns. Mounted by ``chat.api.mount``."""
