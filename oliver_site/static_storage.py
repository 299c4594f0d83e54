"""Static files under names with hashes, once they have been collected."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedOnceCollected(CompressedManifestStaticFilesStorage):
    """Without a manifest (a test, a debugging session) files keep their plain names.

    WhiteNoise then serves them from where they lie; ``make run`` collects them.
    """

    def stored_name(self, name: str) -> str:
        return super().stored_name(name) if self.hashed_files else name
