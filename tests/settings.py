"""Settings of the tests: the same, with quick password hashing and mail kept in memory."""

from phare_platform.settings import *  # noqa: F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
CONN_MAX_AGE = 0
ACCOUNT_RATE_LIMITS = False
SECRET_KEY = "tests-only-" + "x" * 50
