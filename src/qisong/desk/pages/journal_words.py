"""What the kinds of the journal are called; ``tests/desk/test_journal.py`` sees to it that none is missing."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

KINDS: dict[str, str | Promise] = {
    "account.closed": _("Login closed"),
    "account.opened": _("Login opened"),
    "account.password-chosen": _("Own password chosen"),
    "account.reset": _("Password reset"),
    "contact-point.ended": _("Looking after a place ended"),
    "contact-point.named": _("Looking after a place began"),
    "member.added": _("Person put on the roster"),
    "members.enrolled": _("Many people put on the roster"),
    "members.split": _("People went to the units of a split"),
    "pairing.ended": _("Pairing ended"),
    "person.added": _("Person entered"),
    "post.ended": _("Post ended"),
    "post.given": _("Post given"),
    "programmes.loaded": _("Programmes set up"),
    "secret.opened": _("Sealed value looked at"),
    "site.founded": _("Site founded"),
    "unit.closed": _("Unit closed"),
    "unit.created": _("Unit founded"),
    "unit.merged": _("Unit merged"),
    "unit.moved": _("Unit moved"),
    "unit.renamed": _("Unit renamed"),
    "unit.reopened": _("Unit reopened"),
    "unit.split": _("Unit split"),
    "units.imported": _("Units imported"),
    "units.paired": _("Pairing began"),
}

THINGS: dict[str, str | Promise] = {
    "account": _("logins"),
    "circumstance": _("circumstances"),
    "contact-point": _("places looked after"),
    "field": _("columns"),
    "member": _("people"),
    "pairing": _("pairings"),
    "person": _("persons"),
    "post": _("posts"),
    "secret": _("sealed values"),
    "unit": _("units"),
}
