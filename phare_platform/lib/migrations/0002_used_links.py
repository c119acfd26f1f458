import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("lib", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="UsedLink",
            fields=[
                ("sha256", models.CharField(max_length=64, primary_key=True, serialize=False)),
                (
                    "used_at",
                    models.DateTimeField(db_index=True, default=django.utils.timezone.now),
                ),
            ],
        ),
    ]
