"""Static files with hashes in their names, once they have been collected."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedOnceCollected(CompressedManifestStaticFilesStorage):
    """Without a manifest (in tests or while debugging) files keep their plain names.

    WhiteNoise then serves them from their source folders; ``make run`` collects them.
    """

    def stored_name(self, name: str) -> str:
        return super().stored_name(name) if self.hashed_files else name
