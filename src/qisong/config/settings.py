"""One settings module, fed by the environment; a value that makes no sense is refused at once."""

from __future__ import annotations

from pathlib import Path

from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from qisong.config.environment import (
    database,
    env,
    env_address,
    env_bool,
    env_choice,
    env_int,
    env_list,
    env_path,
    env_place,
    env_sender,
    mail_server,
    secret,
)

DATA_DIR: Path = env_path("QISONG_DATA", Path("data"))
DATA_DIR.mkdir(mode=0o700, parents=True, exist_ok=True)

DEBUG = env_bool("QISONG_DEBUG", default=False)
SECRET_KEY = secret("QISONG_SECRET_KEY", DATA_DIR / "secret.key")
ALLOWED_HOSTS = env_list("QISONG_ALLOWED_HOSTS", ["127.0.0.1", "localhost"])
CSRF_TRUSTED_ORIGINS = env_list("QISONG_TRUSTED_ORIGINS", [])
SECURITY_PROFILE = env_choice("QISONG_SECURITY_PROFILE", "asvs", {"asvs", "mlps3"})
HTTPS = env_bool("QISONG_HTTPS", default=False)

ROOMS = ["org", "roster", "ledger", "coverage", "casework", "reporting", "desk", "config"]
INSTALLED_APPS = [
    *(f"qisong.{room}" for room in ROOMS),
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "axes",
    "csp",
    "django_htmx",
    "django_tasks",
    "django_tasks_db",
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
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "qisong.desk.doorkeeping.DoorkeepingMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "qisong.config.urls"
WSGI_APPLICATION = "qisong.config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "qisong.desk.furniture.furniture",
            ],
        },
    },
]

DATABASES = {"default": database(env("DATABASE_URL", ""), DATA_DIR)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "org.Account"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
LOGIN_URL = "desk:sign-in"
LOGIN_REDIRECT_URL = "desk:home"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10 if SECURITY_PROFILE == "mlps3" else 8},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
# Five failures for one name from one address lock that pair for a quarter of an hour and never for good:
# a lock on the name alone would let a rival keep a secretary out.
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_CALLABLE = "qisong.desk.views.entrance.locked_out"
AXES_VERBOSE = False
AXES_DISABLE_ACCESS_LOG = True
AXES_SENSITIVE_PARAMETERS = ["username", "password"]
FIRST_PASSWORD_DAYS = env_int("QISONG_FIRST_PASSWORD_DAYS", 14)

SESSION_COOKIE_AGE = 1800 if SECURITY_PROFILE == "mlps3" else 12 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
# Not the cookie: a message may name a unit or a person.
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    },
}

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("Chinese")), ("en", _("English"))]
TIME_ZONE = "Asia/Shanghai"
USE_I18N = True
USE_TZ = True

STATIC_URL = "static/"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
WHITENOISE_MAX_AGE = 3600

DATA_UPLOAD_MAX_NUMBER_FIELDS = 20_000
DATA_UPLOAD_MAX_MEMORY_SIZE = 10 * 2**20
UPLOAD_LIMIT = env_int("QISONG_UPLOAD_MIB", 20) * 2**20
# What is accepted stays in memory until it is sealed; only what is too large anyway may be laid down meanwhile.
FILE_UPLOAD_MAX_MEMORY_SIZE = UPLOAD_LIMIT + 2**20
BACKUP_DIR = env_path("QISONG_BACKUP_DIR", DATA_DIR / "backups")
BACKUPS_KEPT = env_int("QISONG_BACKUPS_KEPT", 14)
BACKUP_COPY = env_place("QISONG_BACKUP_COPY")
S3 = {
    "endpoint": env("QISONG_S3_ENDPOINT", ""),
    "region": env("QISONG_S3_REGION", "us-east-1"),
    "key": env("QISONG_S3_KEY", ""),
    "secret": env("QISONG_S3_SECRET", ""),
}
SEALED_UPLOAD_DAYS = env_int("QISONG_UPLOAD_DAYS", 90)
SUGGESTION_DAYS = env_int("QISONG_SUGGESTION_DAYS", 180)
SUGGESTIONS_A_DAY = env_int("QISONG_SUGGESTIONS_A_DAY", 200)

# Empty: no e-mail leaves the site.
SMTP = mail_server("QISONG_SMTP")
SMTP_FROM = env_sender("QISONG_SMTP_FROM", needed=bool(SMTP))
# What an e-mail leads to; pages know by themselves where they are.
SITE_ADDRESS = env_address(
    "QISONG_ADDRESS", next((one for one in CSRF_TRUSTED_ORIGINS if "*" not in one), ""), needed=bool(SMTP)
)

TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}

LOG_LEVEL = env_choice("QISONG_LOG", "WARNING", {"DEBUG", "INFO", "WARNING", "ERROR"})
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "plain": {
            "()": "qisong.config.logbook.DiscreetFormatter",
            "fmt": "{asctime} {levelname} {name} {message}",
            "style": "{",
        }
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": LOG_LEVEL},
    # The web server's own log; below an error it quotes requests that it could not read.
    "loggers": {"gunicorn.error": {"handlers": ["console"], "level": "ERROR", "propagate": False}},
}
