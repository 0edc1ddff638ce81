"""The journal only grows: triggers refuse to change, remove or empty it, whoever asks."""

from django.contrib.postgres.operations import TrigramExtension
from django.db import migrations

GUARD = """
CREATE FUNCTION dreiklang_journal_stands() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the journal is append-only: % on % refused', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER journalline_stands BEFORE UPDATE OR DELETE OR TRUNCATE ON kernel_journalline
    FOR EACH STATEMENT EXECUTE FUNCTION dreiklang_journal_stands();
CREATE TRIGGER journalseal_stands BEFORE UPDATE OR DELETE OR TRUNCATE ON kernel_journalseal
    FOR EACH STATEMENT EXECUTE FUNCTION dreiklang_journal_stands();
CREATE TRIGGER journalwords_stand BEFORE DELETE OR TRUNCATE ON kernel_journalwords
    FOR EACH STATEMENT EXECUTE FUNCTION dreiklang_journal_stands();
"""
OPEN = """
DROP TRIGGER journalline_stands ON kernel_journalline;
DROP TRIGGER journalseal_stands ON kernel_journalseal;
DROP TRIGGER journalwords_stand ON kernel_journalwords;
DROP FUNCTION dreiklang_journal_stands();
"""


class Migration(migrations.Migration):
    dependencies = [("kernel", "0001_initial")]
    operations = [TrigramExtension(), migrations.RunSQL(GUARD, OPEN)]
