"""API tokens, browser sessions, preferences and request counts."""

from chat.accounts.models.api_token import ApiToken
from chat.accounts.models.browser_session import BrowserSession
from chat.accounts.models.preferences import Preferences
from chat.accounts.models.request_count import RequestCount

__all__ = ["ApiToken", "BrowserSession", "Preferences", "RequestCount"]
