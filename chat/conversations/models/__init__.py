"""Models of conversations, turns, feedback, prompts, share links and status texts."""

from chat.conversations.feedback.models import Feedback
from chat.conversations.models.conversation import Conversation, Message
from chat.conversations.models.search_text import SearchText
from chat.conversations.models.stored_artifact import StoredArtifact
from chat.conversations.models.stream_stats import StreamStats
from chat.conversations.models.tree import Alternatives, TurnTree, path_of
from chat.conversations.models.turn import Turn
from chat.conversations.prompts.models import Prompt
from chat.conversations.sharing.models import ShareLink
from chat.conversations.status_texts.models import StatusText

__all__ = [
    "Alternatives",
    "Conversation",
    "Feedback",
    "Message",
    "Prompt",
    "SearchText",
    "ShareLink",
    "StatusText",
    "StoredArtifact",
    "StreamStats",
    "Turn",
    "TurnTree",
    "path_of",
]
