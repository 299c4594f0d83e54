"""Artifacts in a table of their own, so that their versions are found without reading answers."""

from django.db import models

from chat.conversations.models.turn import Turn


class StoredArtifact(models.Model):
    """A copy of ``chat.kernel.items.Artifact``, made when its turn ended."""

    turn = models.ForeignKey(Turn, on_delete=models.CASCADE, related_name="artifacts")
    position = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=20)
    title = models.CharField(max_length=200)
    content = models.TextField()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["turn_id", "position"]
        constraints = [
            models.UniqueConstraint(fields=["turn", "position"], name="artifact_position"),
        ]

    def __str__(self) -> str:
        return self.title
