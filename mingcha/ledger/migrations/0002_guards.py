"""Guards of the ledger's tables: the database refuses UPDATE and DELETE."""

from django.db import migrations

from mingcha.ledger import guards


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_initial")]

    operations = [
        migrations.RunPython(
            lambda apps, editor: guards.put_up(editor.connection),
            lambda apps, editor: guards.take_down(editor.connection),
        )
    ]
