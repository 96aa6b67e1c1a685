"""Reads settings from the environment. ``NAME_FILE`` names a file that holds the value of ``NAME``."""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.core.validators import validate_email

MAIL_PORTS = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}
MAIL_SECONDS = 20  # a server that says nothing for so long is given up
TRUE, FALSE = {"1", "true", "yes", "on"}, {"0", "false", "no", "off"}


def env(name: str, default: str) -> str:
    if file := os.environ.get(f"{name}_FILE"):
        return Path(file).read_text(encoding="utf-8").strip()
    return os.environ.get(name, default)


def env_bool(name: str, *, default: bool) -> bool:
    value = env(name, str(default)).lower()
    if value not in TRUE | FALSE:
        raise ImproperlyConfigured(f"{name}: {value!r} 应为 yes 或 no / must be yes or no")
    return value in TRUE


def env_int(name: str, default: int) -> int:
    value = env(name, str(default))
    if not value.isascii() or not value.isdigit():
        raise ImproperlyConfigured(f"{name}: {value!r} 应为整数 / must be a whole number")
    return int(value)


def env_list(name: str, default: list[str]) -> list[str]:
    value = env(name, "")
    return [part.strip() for part in value.split(",") if part.strip()] if value else default


def env_choice(name: str, default: str, choices: set[str]) -> str:
    value = env(name, default)
    if value not in choices:
        allowed = ", ".join(sorted(choices))
        raise ImproperlyConfigured(f"{name}: {value!r} 应为其一 / must be one of: {allowed}")
    return value


def env_path(name: str, default: Path) -> Path:
    return Path(env(name, str(default))).expanduser().absolute()


def env_place(name: str) -> str:
    """A whole path or ``s3://bucket/prefix``; empty when none is named."""
    value = env(name, "")
    parts = urlsplit(value)
    if not value or (parts.scheme == "s3" and parts.netloc) or Path(value).is_absolute():
        return value
    raise ImproperlyConfigured(
        f"{name}: {value!r} 应为完整路径或 s3://桶/前缀 / must be a whole path or s3://bucket/prefix"
    )


def mail_server(name: str) -> dict[str, Any]:
    """Where e-mail is handed in, as Django's connection takes it; empty where there is none.

    What was given is not repeated when it is wrong: it may hold a password.
    """
    if not (value := env(name, "")):
        return {}
    try:
        parts = urlsplit(value)
        host, port = parts.hostname, parts.port
    except ValueError:
        host, port = None, None
    if not host or parts.scheme not in MAIL_PORTS or parts.path.strip("/") or parts.query or parts.fragment:
        raise ImproperlyConfigured(
            f"{name}: 应为其一 / must be one of: smtp+starttls://user:password@host:587, smtps://…, smtp://…"
        )
    return {
        "host": unquote(host),
        "port": port or MAIL_PORTS[parts.scheme],
        "username": unquote(parts.username or ""),
        "password": unquote(parts.password or ""),
        "use_tls": parts.scheme == "smtp+starttls",
        "use_ssl": parts.scheme == "smtps",
        "timeout": MAIL_SECONDS,
    }


def env_sender(name: str, *, needed: bool) -> str:
    """An e-mail address; without one nothing can be sent."""
    value = env(name, "")
    if value or needed:
        try:
            validate_email(value)
        except ValidationError:
            raise ImproperlyConfigured(f"{name}: {value!r} 应为邮箱地址 / must be an e-mail address") from None
    return value


def env_address(name: str, default: str, *, needed: bool) -> str:
    """The address at which people open the site, without a slash at its end."""
    value = env(name, default).rstrip("/")
    parts = urlsplit(value)
    whole = parts.scheme in {"http", "https"} and parts.netloc and not parts.path and "*" not in parts.netloc
    if (value or needed) and not whole:
        raise ImproperlyConfigured(
            f"{name}: {value!r} 应为网站地址，例如 https://qisong.example / must be the site's address"
        )
    return value


def secret(name: str, file: Path) -> str:
    """The value of ``name``, or one made once and kept in ``file``, readable by its owner only."""
    if given := env(name, ""):
        return given
    try:
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return file.read_text(encoding="ascii")
    with os.fdopen(descriptor, "w", encoding="ascii") as stream:
        stream.write(secrets.token_urlsafe(48))
    return file.read_text(encoding="ascii")


def database(url: str, directory: Path) -> dict[str, Any]:
    """The embedded SQLite database of ``directory``, or the PostgreSQL database that ``url`` names."""
    if not url:
        return embedded(directory / "qisong.sqlite3")
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        return embedded(Path(parts.path))
    if parts.scheme not in {"postgres", "postgresql"}:
        raise ImproperlyConfigured(f"DATABASE_URL: {parts.scheme!r} 不支持 / is not supported (postgresql, sqlite)")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path.lstrip("/"),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(parts.hostname or ""),
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 60,
    }


def embedded(file: Path) -> dict[str, Any]:
    # FULL, because with NORMAL a power cut loses acknowledged acts; IMMEDIATE, so that a verb waits at its first
    # line for the writer before it instead of failing half-way.
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(file),
        "CONN_MAX_AGE": None,
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL;PRAGMA synchronous=FULL;PRAGMA cache_size=-32000;",
        },
    }
