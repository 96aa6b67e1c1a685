from typing import Any

from django.db import migrations, models


def rename(apps: Any, _editor: Any) -> None:
    apps.get_model("org", "Site").objects.update(name="改了名的县委")
    apps.get_model("org", "Unit").objects.filter(code="B1").update(name="改了名的支部")


class Migration(migrations.Migration):
    dependencies = [("org", "0001_initial")]
    operations = [
        migrations.CreateModel("Novelty", [("id", models.BigAutoField(primary_key=True))]),
        migrations.RunPython(rename),
    ]
