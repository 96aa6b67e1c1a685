import os
import signal
from typing import Any

from django.db import migrations


def end(_apps: Any, _editor: Any) -> None:
    match os.environ.get("NEXT_VERSION"):
        case "breaks":
            raise RuntimeError("half-way")
        case "is-killed":
            os.kill(os.getpid(), signal.SIGKILL)


class Migration(migrations.Migration):
    dependencies = [("next_version", "0001_rows_and_a_table")]
    operations = [migrations.RunPython(end)]
