"""Settings of PHARE: one file, every value from the environment, safe defaults for a bare checkout.

`PHARE_ENV=production` hardens cookies, HTTPS and secrets; anything else is a development start.
A wrong value stops the start with a sentence that names it.
"""

import os
import sys
from datetime import timedelta
from pathlib import Path

import django_stubs_ext
import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from phare_platform.lib.catalogue import compile_catalogues

django_stubs_ext.monkeypatch()  # so that ModelAdmin[User] and QuerySet["Place"] can be written
BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()

# --- Which place is this -------------------------------------------------------------------------
PRODUCTION = env.str("PHARE_ENV", "development") == "production"
DEBUG = env.bool("DEBUG", not PRODUCTION)
DEV_TOOLS = env.bool("PHARE_DEV_TOOLS", not PRODUCTION)  # mailbox and component pages
if DEV_TOOLS and PRODUCTION:
    raise ImproperlyConfigured("PHARE_DEV_TOOLS shows everybody's mail: not in production.")
SECRET_KEY = env.str(
    "SECRET_KEY", "" if PRODUCTION else "development-only-not-a-secret-" + "x" * 40
)
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
if not SECRET_KEY:
    raise ImproperlyConfigured("Set SECRET_KEY: production does not start without a secret.")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=[] if PRODUCTION else ["localhost", "127.0.0.1"])
SITE_URL = env.str("SITE_URL", f"http://127.0.0.1:{env.int('PORT', 8000)}").rstrip("/")
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])

# --- What is installed ---------------------------------------------------------------------------
INSTALLED_APPS = [
    "partnerships",
    "territories",
    "phare_platform",
    "phare_platform.outbox",
    "phare_platform.trace",
    "phare_platform.accounts.apps.AccountsConfig",
    "phare_platform.lib",
    "phare_platform.accounts.apps.TeamAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.sessions",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.usersessions",
    "csp",
    "django_celery_beat",
    "django_filters",
    "django_htmx",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "knox",
    "rest_framework",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "phare_platform.lib.middleware.headers",
    "phare_platform.accounts.middleware.language_of_the_person",
    "phare_platform.accounts.middleware.absolute_session_limit",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "phare_platform.accounts.middleware.SessionsInUse",
    "django_htmx.middleware.HtmxMiddleware",
    "phare_platform.lib.middleware.Storable",
    "phare_platform.lib.idempotency.once_per_key",
]
ROOT_URLCONF = "phare_platform.urls"
WSGI_APPLICATION = "phare_platform.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- Templates -----------------------------------------------------------------------------------
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "phare_platform.navigation.navigation",
            ],
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.static",
                "phare_platform.lib.templatetags.once",
                "phare_platform.lib.templatetags.phare",
            ],
        },
    }
]

FORM_RENDERER = "phare_platform.lib.forms.PhareRenderer"

# --- Data ----------------------------------------------------------------------------------------
# The schemes that a unix socket needs live in the query string, so django-environ fills OPTIONS.
DATABASES = {
    "default": env.db(
        "DATABASE_URL", "postgresql://postgres@/phare?host=" + str(BASE_DIR / "var/postgres/run")
    )
}
DATABASES["default"]["CONN_MAX_AGE"] = env.int("CONN_MAX_AGE", 60)
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DATABASES["default"].setdefault("OPTIONS", {})
DATABASES["default"]["OPTIONS"]["options"] = env.str(
    "DATABASE_OPTIONS",
    "-c lock_timeout=5000 -c idle_in_transaction_session_timeout=60000 -c jit=off -c timezone=UTC",
)
REDIS_URL = env.str("REDIS_URL", "unix://" + str(BASE_DIR / "var/redis/run/redis.sock") + "?db=0")
CACHES = {
    "default": {
        "BACKEND": "phare_platform.lib.cache.SteadyCache",
        "LOCATION": REDIS_URL,
        "OPTIONS": {"socket_timeout": 0.5},  # a frozen Redis must not freeze the pages
    }
}
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
SESSION_ENGINE = "django.contrib.sessions.backends.db"  # a Redis restart must not sign people out
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_621_440
DATA_UPLOAD_MAX_NUMBER_FIELDS = 1000

# --- Jobs ----------------------------------------------------------------------------------------
CELERY_BROKER_URL = env.str(
    "CELERY_BROKER_URL",
    "redis+socket://" + str(BASE_DIR / "var/redis/run/redis.sock") + "?virtual_host=1",
)
CELERY_RESULT_BACKEND = None
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TIMEZONE = "UTC"
CELERY_ENABLE_UTC = True
CELERY_TASK_DEFAULT_QUEUE = "default"
CELERY_TASK_ROUTES = {"outbox.*": {"queue": "mail"}}
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_SOFT_TIME_LIMIT = 45
CELERY_TASK_TIME_LIMIT = 60
CELERY_WORKER_MAX_TASKS_PER_CHILD = 1000
# One that dealt with edits keeps everyone in memory: with a million organisations about 300 MB,
# and more while it loads them. Beyond the limit it would be replaced, and load them at every edit.
CELERY_WORKER_MAX_MEMORY_PER_CHILD = 1000 * env.int("WORKER_MEMORY_MB", 1000)
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = False
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 900,
    "unacked_restore_interval": 10,
    "unacked_restore_throttle": 1,
    "socket_timeout": 5,
    "socket_connect_timeout": 2,
    "health_check_interval": 10,
}
CELERY_BEAT_SCHEDULER = "django_celery_beat.schedulers:DatabaseScheduler"
CELERY_BEAT_MAX_LOOP_INTERVAL = 5
# NumPy reads this when it is first imported, which is after us. The products of matching are
# small: a second thread would only wait for the first, and burn a processor while it does.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

# Beyond so many organisations, a refresh of everyone is shared by all workers, in chunks.
MATCHING_ONE_TASK_UP_TO = env.int("MATCHING_ONE_TASK_UP_TO", 1_000_000)
MATCHING_CHUNK = env.int("MATCHING_CHUNK", 125_000)

# --- People --------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
LOGIN_URL = reverse_lazy("account_login")
LOGIN_REDIRECT_URL = reverse_lazy("start")
LOGOUT_REDIRECT_URL = reverse_lazy("home")
ACCOUNT_ADAPTER = "phare_platform.outbox.adapter.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_SIGNUP_FORM_CLASS = "phare_platform.accounts.forms.SignupForm"
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_TIMEOUT = 600
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 180
ACCOUNT_PREVENT_ENUMERATION = True
PASSWORD_RESET_TIMEOUT = 3600
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_SESSION_REMEMBER = False  # "remember me" would outlive the idle limit
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if PRODUCTION else "http"
ACCOUNT_RATE_LIMITS = {"login_failed": "10/5m/key,50/5m/ip", "login": "60/m/ip"}
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXY_COUNT", 1 if PRODUCTION else 0)
USERSESSIONS_TRACK_ACTIVITY = True
ADMIN_NEEDS_SECOND_FACTOR = env.bool("ADMIN_NEEDS_SECOND_FACTOR", PRODUCTION)
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_TOLERANCE = 0
MFA_TOTP_ISSUER = "PHARE"
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not PRODUCTION
SOCIALACCOUNT_PROVIDERS = {
    "openid_connect": {
        "OAUTH_PKCE_ENABLED": True,
        # Filled by setting, e.g. a region's own identity provider; none by default.
        "APPS": env.json("OPENID_CONNECT_APPS", default=[]),
    }
}

# --- Sessions, cookies, HTTPS --------------------------------------------------------------------
SESSION_COOKIE_NAME = "__Host-sid" if PRODUCTION else "phare-sid"
CSRF_COOKIE_NAME = "__Host-csrf" if PRODUCTION else "phare-csrf"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = PRODUCTION
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 3 * 3600  # idle; the absolute limit is kept by accounts.middleware
SESSION_SAVE_EVERY_REQUEST = False
ABSOLUTE_SESSION_AGE = 12 * 3600
SECURE_SSL_REDIRECT = PRODUCTION and env.bool("SECURE_SSL_REDIRECT", True)
SECURE_REDIRECT_EXEMPT = [r"^api/", r"^health/"]
SECURE_HSTS_SECONDS = 31_536_000 if PRODUCTION else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = PRODUCTION
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
if env.bool("BEHIND_PROXY", PRODUCTION):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "phare_platform.pages.csrf_failure"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "manifest-src": [SELF],
        "base-uri": [NONE],
        "object-src": [NONE],
        "frame-ancestors": [NONE],
    }
}

# --- Mail ----------------------------------------------------------------------------------------
# In development the outbox keeps every message and shows it; nothing leaves the machine.
EMAIL_CONFIG = env.email("EMAIL_URL", default="dummymail://")
vars().update(EMAIL_CONFIG)
if EMAIL_CONFIG["EMAIL_BACKEND"] == "django.core.mail.backends.smtp.EmailBackend":
    EMAIL_BACKEND = "phare_platform.outbox.smtp.Backend"  # tells a lost answer from a refusal
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", "PHARE <ne-pas-repondre@phare.example>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
OUTBOX_DOMAIN = env.str("OUTBOX_DOMAIN", "phare.example")

# --- Languages and time --------------------------------------------------------------------------
LANGUAGE_CODE = "fr"
LANGUAGES = [("fr", _("French")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
compile_catalogues(LOCALE_PATHS[0])  # only what is newer than its compiled form
LANGUAGE_COOKIE_NAME = "phare-language"
LANGUAGE_COOKIE_SAMESITE = "Lax"
TIME_ZONE = "Europe/Paris"
USE_TZ = True

# --- Static files --------------------------------------------------------------------------------
STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STATICFILES_DIRS = [
    BASE_DIR / "static",
    ("bootstrap", BASE_DIR / "node_modules/bootstrap/dist"),
]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if PRODUCTION
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = not PRODUCTION
WHITENOISE_AUTOREFRESH = DEBUG
MEDIA_ROOT = env.path("MEDIA_ROOT", default=str(BASE_DIR / "var/media"))

# --- API -----------------------------------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "knox.auth.TokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["phare_platform.lib.api.SafeJSONParser"],
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_PAGINATION_CLASS": "phare_platform.lib.api.Pages",
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_THROTTLE_CLASSES": [
        "phare_platform.lib.api.AnonThrottle",
        "phare_platform.lib.api.UserThrottle",
    ],
    "DEFAULT_THROTTLE_RATES": {
        "anon": env.str("API_ANON_RATE", "60/min"),
        "user": env.str("API_USER_RATE", "600/min"),
    },
    "EXCEPTION_HANDLER": "phare_platform.lib.problems.problem_details",
    "NUM_PROXIES": ALLAUTH_TRUSTED_PROXY_COUNT,
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
}
REST_KNOX = {"TOKEN_TTL": timedelta(days=90), "TOKEN_LIMIT_PER_USER": 10, "TOKEN_PREFIX": "phare_"}
SPECTACULAR_SETTINGS = {
    "TITLE": "PHARE API",
    "VERSION": "1",
    "DESCRIPTION": "Organisations, territories, domains, suggestions and partnerships.",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "SCHEMA_PATH_PREFIX": r"/api/v1",
    "COMPONENT_SPLIT_REQUEST": True,
    "ENUM_NAME_OVERRIDES": {  # where two rooms call a field by the same word
        "AnswerKindEnum": "partnerships.matching.enums.AnswerKind",
        "KindEnum": "partnerships.organisations.enums.Kind",
        "DeclineReasonEnum": "partnerships.matching.enums.DeclineReason",
        "PointStateEnum": "partnerships.lifecycle.enums.PointState",
        "StageEnum": "partnerships.lifecycle.enums.Stage",
        "DeclarationSideEnum": "partnerships.organisations.enums.Side",
        "DeclarationLevelEnum": "partnerships.organisations.enums.Level",
        "ResourceSideEnum": "partnerships.organisations.enums.ResourceSide",
        "PlaceLevelEnum": "territories.places.enums.Level",
    },
}

# --- Logs ----------------------------------------------------------------------------------------
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {
        "stderr": {"class": "logging.StreamHandler", "formatter": "line", "stream": sys.stderr}
    },
    "root": {"handlers": ["stderr"], "level": env.str("LOG_LEVEL", "WARNING")},
}
