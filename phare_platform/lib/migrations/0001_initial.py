from django.db import migrations, models
from django.utils import timezone

F_UNACCENT = r"""
CREATE OR REPLACE FUNCTION f_unaccent(t text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT AS $$
  SELECT btrim(regexp_replace(regexp_replace(regexp_replace(
    replace(replace(normalize(lower(t), NFD), 'œ', 'oe'), 'æ', 'ae'),
    '[\u0300-\u036f]', '', 'g'),
    '[’''`´‐‑–—_/.,;:()\[\]"«»-]+', ' ', 'g'),
    '\s+', ' ', 'g'))
$$;
"""


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [
        migrations.RunSQL(F_UNACCENT, "DROP FUNCTION f_unaccent(text)"),
        migrations.CreateModel(
            name="IdempotencyKey",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("principal", models.CharField(max_length=80)),
                ("key", models.CharField(max_length=80)),
                ("method", models.CharField(max_length=8)),
                ("path", models.CharField(max_length=400)),
                ("body_sha256", models.CharField(max_length=64)),
                ("status", models.PositiveSmallIntegerField(null=True)),
                ("headers", models.JSONField(default=dict)),
                ("body", models.BinaryField(default=b"")),
                ("created_at", models.DateTimeField(default=timezone.now)),
                ("locked_until", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=["principal", "key"], name="idempotency_once"),
                ],
                "indexes": [models.Index(fields=["created_at"], name="idempotency_age")],
            },
        ),
        migrations.CreateModel(
            name="Job",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("task", models.CharField(max_length=120)),
                ("kwargs", models.JSONField(default=dict)),
                ("created_at", models.DateTimeField(default=timezone.now)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=["task", "kwargs"],
                        name="job_waits_once",
                    ),
                ],
            },
        ),
    ]
