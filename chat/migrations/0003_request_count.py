from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('chat', '0002_passage_full_text'),
    ]

    operations = [
        migrations.CreateModel(
            name='RequestCount',
            fields=[
                ('key', models.CharField(help_text='<what> <by whom>', max_length=200, primary_key=True, serialize=False)),
                ('minute', models.PositiveBigIntegerField(db_index=True)),
                ('count', models.PositiveIntegerField()),
            ],
        ),
    ]
