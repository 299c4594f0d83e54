"""The table of artifacts is named for what it holds: copies of those in answers."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("conversations", "0003_one_outcome")]

    operations = [migrations.RenameModel("Artifact", "StoredArtifact")]
