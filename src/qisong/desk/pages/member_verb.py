"""The base of every verb of one member."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from qisong.desk.forms import OnForm
from qisong.desk.pages.member import MemberPage
from qisong.org.models import Account
from qisong.org.terms import Right


class VerbForm(OnForm):
    """A verb of one member: its heading, what it will do, what it asks, and what it calls."""

    heading: ClassVar[str | Promise]
    will: ClassVar[str | Promise] = ""
    button: ClassVar[str | Promise] = _("Record")
    right: ClassVar[Right] = Right.ROSTER
    then = ""  # where the verb leads, if not back to the member
    shown = ""  # a value that the verb opened: for the page that answers, and kept nowhere

    def __init__(self, *args: Any, page: MemberPage, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.page, self.member, self.scope = page, page.member, page.scope
        self.prepare()

    @classmethod
    def fits(cls, _page: MemberPage) -> bool:
        """Whether the verb makes sense for this member today."""
        return True

    def prepare(self) -> None:
        """Fill the choices that depend on the member."""

    def enact(self, by: Account) -> None:
        raise NotImplementedError

    @property
    def day(self) -> date:
        given: date = self.value("on")
        return given
