"""What Oliver keeps: conversations, turns and their statistics, the library, access tokens."""

from chat.models.access import ApiToken
from chat.models.browser_session import BrowserSession
from chat.models.conversation import Conversation, Message
from chat.models.feedback import Feedback
from chat.models.library import LibraryNote, LibraryPassage
from chat.models.limits import RequestCount
from chat.models.preferences import Preferences
from chat.models.prompt import Prompt
from chat.models.sharing import ShareLink
from chat.models.status_text import StatusText
from chat.models.tree import Alternatives, TurnTree, path_of
from chat.models.turn import Artifact, StreamStats, Turn
from chat.models.worker import WorkerHeartbeat

__all__ = [
    "Alternatives",
    "ApiToken",
    "Artifact",
    "BrowserSession",
    "Conversation",
    "Feedback",
    "LibraryNote",
    "LibraryPassage",
    "Message",
    "Preferences",
    "Prompt",
    "RequestCount",
    "ShareLink",
    "StatusText",
    "StreamStats",
    "Turn",
    "TurnTree",
    "WorkerHeartbeat",
    "path_of",
]
