"""Who decides exemptions in a county founded earlier also reads and answers suggestions."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def let_offices_answer(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    roles = apps.get_model("org", "Term").objects.filter(category="role")
    for role in roles:
        rights = role.data.get("rights", [])
        if "exempt" in rights and "suggestions" not in rights:
            role.data = role.data | {"rights": [*rights, "suggestions"]}
            role.save(update_fields=["data"])


class Migration(migrations.Migration):
    dependencies = [("org", "0003_suggestion")]

    operations = [migrations.RunPython(let_offices_answer, migrations.RunPython.noop)]
