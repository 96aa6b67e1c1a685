"""Where e-mail is handed in is read from one address, and what is wrong with it is named without its password."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from qisong.config.environment import MAIL_SECONDS, env_address, env_sender, mail_server


def server_of(url: str, monkeypatch: pytest.MonkeyPatch) -> dict[str, object]:
    monkeypatch.setenv("QISONG_SMTP", url)
    return mail_server("QISONG_SMTP")


@pytest.mark.parametrize(
    ("url", "host", "port", "user", "password", "encrypted"),
    [
        ("smtp+starttls://li:p%40ss@mail.example", "mail.example", 587, "li", "p@ss", "use_tls"),
        ("smtps://li%40mail.example:x@mail.example:4650", "mail.example", 4650, "li@mail.example", "x", "use_ssl"),
        ("smtp://127.0.0.1/", "127.0.0.1", 25, "", "", ""),
        ("smtp://[::1]:2525", "::1", 2525, "", "", ""),
    ],
)
def test_address_of_a_mail_server_is_taken_apart(
    monkeypatch: pytest.MonkeyPatch, url: str, host: str, port: int, user: str, password: str, encrypted: str
) -> None:
    assert server_of(url, monkeypatch) == {
        "host": host,
        "port": port,
        "username": user,
        "password": password,
        "use_tls": encrypted == "use_tls",
        "use_ssl": encrypted == "use_ssl",
        "timeout": MAIL_SECONDS,
    }


def test_no_address_is_no_mail_server(monkeypatch: pytest.MonkeyPatch) -> None:
    assert server_of("", monkeypatch) == {}


@pytest.mark.parametrize(
    "url",
    [
        "mail.example:587",
        "http://li:geheim@mail.example",
        "smtp://",
        "smtp://li:geheim@:25",
        "smtp://li:geheim@mail.example:0x19",
        "smtp://li:geheim@mail.example:99999",
        "smtp://li:geheim@mail.example/box",
        "smtp://li:geheim@mail.example?tls=no",
        "smtp://li:geheim@mail.example#geheim",
        "smtp://[::1:25",
    ],
)
def test_wrong_address_is_refused_by_the_name_of_the_setting_alone(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    with pytest.raises(ImproperlyConfigured) as refused:
        server_of(url, monkeypatch)
    said = str(refused.value)
    assert (said.startswith("QISONG_SMTP: "), "geheim" in said) == (True, False)


def test_sender_is_an_address_and_needed_where_mail_is_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QISONG_SMTP_FROM", "qisong@county.example")
    assert env_sender("QISONG_SMTP_FROM", needed=True) == "qisong@county.example"
    monkeypatch.setenv("QISONG_SMTP_FROM", "")
    assert env_sender("QISONG_SMTP_FROM", needed=False) == ""
    for wrong in ("", "county"):
        monkeypatch.setenv("QISONG_SMTP_FROM", wrong)
        with pytest.raises(ImproperlyConfigured, match="QISONG_SMTP_FROM"):
            env_sender("QISONG_SMTP_FROM", needed=True)


def test_address_of_the_site_is_that_of_the_proxy_unless_named(monkeypatch: pytest.MonkeyPatch) -> None:
    assert env_address("QISONG_ADDRESS", "https://a.example", needed=True) == "https://a.example"
    monkeypatch.setenv("QISONG_ADDRESS", "http://10.0.0.5:8000/")
    assert env_address("QISONG_ADDRESS", "https://a.example", needed=True) == "http://10.0.0.5:8000"


@pytest.mark.parametrize(
    "value", ["", "a.example", "https://", "https://*.example", "https://a.example/desk", "ftp://a.example"]
)
def test_address_that_leads_nowhere_is_refused(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("QISONG_ADDRESS", value)
    with pytest.raises(ImproperlyConfigured, match="QISONG_ADDRESS"):
        env_address("QISONG_ADDRESS", "", needed=True)
