"""What the pages of the entrance ask for."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from qisong.desk.forms import DeskForm


class PasswordForm(DeskForm):
    password = forms.CharField(
        label=gettext_lazy("New password"),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        max_length=128,
        strip=False,
    )
    again = forms.CharField(
        label=gettext_lazy("The same once more"),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        max_length=128,
        strip=False,
    )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if "password" in given and given["password"] != given.get("again"):
            raise ValidationError({"again": _("The two are not the same. Type both once more.")})
        return given
