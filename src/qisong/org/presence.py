"""What an account leaves behind merely by being used: no verbs, so nothing for the journal."""

from __future__ import annotations

from django.utils import timezone

from qisong.org.models import Account


def note_presence(account: Account) -> None:
    """Remember that the account is in use; the door calls this once a minute at most."""
    Account.objects.filter(pk=account.pk).update(last_seen_at=timezone.now())


def speak_to(account: Account, language: str) -> None:
    """Keep the language in which the account wants its pages."""
    Account.objects.filter(pk=account.pk).update(language=language)
