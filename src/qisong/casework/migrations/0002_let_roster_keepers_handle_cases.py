"""Whoever keeps the roster of a site founded before there were cases may handle them, as in a preset of today."""

from django.db import migrations


def give(apps, schema_editor):
    term = apps.get_model("org", "Term")
    for role in term.objects.filter(category="role"):
        rights = role.data.get("rights", [])
        if "roster" in rights and "cases" not in rights:
            role.data = role.data | {"rights": [*rights, "cases"]}
            role.save(update_fields=["data"])


class Migration(migrations.Migration):
    dependencies = [("casework", "0001_cases"), ("org", "0007_terms_of_cases")]

    operations = [migrations.RunPython(give, migrations.RunPython.noop)]
