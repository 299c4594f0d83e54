"""Django settings. Operators' choices are in ``chat.kernel.conf``."""

import os
from pathlib import Path

# Before any import of DSPy, which would download its cost map (seconds).
os.environ.setdefault("LITELLM_LOCAL_MODEL_COST_MAP", "True")

import dj_database_url
from csp.constants import NONE, SELF
from django.urls import reverse_lazy

from chat.kernel.conf import BASE_DIR, read_environment
from oliver_site.private_files import make_database_private, make_private
from oliver_site.secret import stored_secret_key

OLIVER = read_environment()
make_private(OLIVER.data_dir)

DEBUG = OLIVER.debug
SECRET_KEY = (
    OLIVER.secret_key.get_secret_value()
    if OLIVER.secret_key
    else stored_secret_key(OLIVER.data_dir)
)
ALLOWED_HOSTS = OLIVER.allowed_hosts

INSTALLED_APPS = [
    "daphne",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "chat",
    "chat.accounts",
    "chat.library",
    "chat.conversations",
    "chat.engine.worker",  # before channels, for its runworker
    "chat.analytics",
    "channels",
    "corsheaders",
    "csp",
    "django_htmx",
    "ninja",
]

MIDDLEWARE = [
    # First, so that redirects to HTTPS and refused host names carry the policy as well.
    "csp.middleware.CSPMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "chat.web.nul_middleware.NulMiddleware",  # before sessions, which look cookies up
    "corsheaders.middleware.CorsMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    # The cookie's language, else the browser's, else English.
    "chat.accounts.language.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "chat.web.exception_middleware.ExceptionMiddleware",
    "chat.web.no_store.NoStoreMiddleware",
]

ROOT_URLCONF = "oliver_site.urls"
ASGI_APPLICATION = "oliver_site.asgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "chat.accounts.preferences.appearance",
            ],
        },
    },
]

DATABASES = {
    "default": dj_database_url.parse(
        OLIVER.database_url or f"sqlite:///{OLIVER.data_dir / 'oliver.sqlite3'}",
        conn_max_age=0,  # PostgreSQL has a connection pool
    )
}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    if (_file := Path(DATABASES["default"]["NAME"])).parent.is_dir():
        make_database_private(_file)
    # Measured with 16 writers: the defaults lose 365 writes to "database is locked", these none.
    # Threads keep their connections (see ``handler``), since opening one takes a millisecond, but
    # not for long, so that a replaced file is noticed.
    DATABASES["default"]["CONN_MAX_AGE"] = 30
    DATABASES["default"]["OPTIONS"] = {
        "timeout": 20,
        "transaction_mode": "IMMEDIATE",
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    }
    # A file, because the worker and the streams use their own database threads.
    DATABASES["default"]["TEST"] = {"NAME": OLIVER.data_dir / "test.sqlite3"}
else:
    # The pool checks each connection that it lends, which detects a restarted server. A wait longer
    # than this means that the database is gone. By default the pool would retry after ever longer
    # pauses, turning an outage of one minute into two; it gives up early and the next caller
    # retries.
    DATABASES["default"]["ENGINE"] = "oliver_site.server.postgresql"
    DATABASES["default"]["OPTIONS"] = {
        **DATABASES["default"].get("OPTIONS", {}),
        "pool": {
            "min_size": 1,
            "max_size": OLIVER.database_pool_size,
            "timeout": 5,
            "reconnect_timeout": 2,
        },
        "connect_timeout": 5,
    }
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Carries only doorbells; a lost one is made up for by polling the database.
CHANNEL_LAYERS: dict[str, dict[str, object]] = {
    "default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}
}
if OLIVER.redis_url:
    CHANNEL_LAYERS["default"] = {
        "BACKEND": "channels_redis.core.RedisChannelLayer",
        "CONFIG": {
            # A listener's request blocks in Redis for 5 s, so a reply may take a little longer.
            "hosts": [
                {"address": OLIVER.redis_url, "socket_connect_timeout": 2, "socket_timeout": 10}
            ],
            "prefix": "oliver:doorbell",
        },
    }

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
LOGIN_URL = reverse_lazy("login")
LOGIN_REDIRECT_URL = reverse_lazy("home")
LOGOUT_REDIRECT_URL = reverse_lazy("login")

LANGUAGE_CODE = "en"
# In their own names. Another language needs a folder in oliver_site/locale/, see docs/languages.md.
LANGUAGES = [("en", "English"), ("de", "Deutsch")]
LOCALE_PATHS = [BASE_DIR / "oliver_site" / "locale"]
FORMAT_MODULE_PATH = ["oliver_site.formats"]
LANGUAGE_COOKIE_NAME = "oliver_language"
LANGUAGE_COOKIE_AGE = 365 * 24 * 3600
LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SECURE = OLIVER.https
TIME_ZONE = "UTC"
USE_I18N = True
USE_TZ = True

STATIC_URL = "/static/"  # a relative one would keep the prefix of the first request
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = OLIVER.data_dir / "static"
STATIC_ROOT.mkdir(exist_ok=True)
WHITENOISE_USE_FINDERS = True  # for when collectstatic has not been run
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "oliver_site.static_storage.HashedOnceCollected"
    },
}

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        # Images from here only: a model's answer must not make a reader's browser contact others.
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
# Scripts of the sites listed here may call the API, with a token but never with a session.
CORS_ALLOWED_ORIGINS = OLIVER.cors_origins
CORS_URLS_REGEX = r"^/api/"
CORS_ALLOW_CREDENTIALS = False
CORS_ALLOW_HEADERS = ["authorization", "content-type", "last-event-id"]
CORS_EXPOSE_HEADERS = ["Retry-After", "X-Oliver-Conversation", "X-Oliver-Turn"]

SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = OLIVER.https
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"  # see request_head
SESSION_COOKIE_HTTPONLY = True
CSRF_COOKIE_HTTPONLY = True
if OLIVER.https:
    # Oliver listens on plain HTTP behind a TLS-terminating proxy that sets this header.
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_SSL_REDIRECT = True
    SECURE_HSTS_SECONDS = 365 * 24 * 3600
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True

DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000_000  # bytes; a question may contain a whole document

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "filters": {
        "without_secrets": {"()": "oliver_site.server.access_log.WithoutSecrets"},
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {
        "django.request": {"level": "ERROR"},
        "httpx": {"level": "WARNING"},
        "uvicorn.access": {
            "handlers": ["console"],
            "filters": ["without_secrets"],
            "propagate": False,
        },
    },
}
