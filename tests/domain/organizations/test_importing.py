"""Lists of persons: previewed, read whole line by line, twice without change."""

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from dreiklang.kernel.errors import Invalid, NotAllowed
from dreiklang.kernel.journal import lines_about
from dreiklang.organizations.commands import persons
from dreiklang.organizations.commands.importing import import_persons
from dreiklang.organizations.models import Address, Person, Site
from dreiklang.organizations.queries import first_mail, import_plan

LIST = """name;mail;phone;organisation;site;function;language;vip
Rita Weber;rita@klinikum.example;07071 1;clinic;Haus 2;Pflege;de;ja
Neue Person;neu@klinikum.example, neu2@klinikum.example;;Klinikum Aschertal;Haus 2;;;
Ohne Mail;;0711 22;works;;;en;nein
;leer@klinikum.example;;clinic;;;;
Fremd;fremd@x.example;;nobody;;;;
Doppelt;neu2@klinikum.example;;clinic;;;;
Kaputt;kein-at;abc;clinic;;;fr;vielleicht
""".encode("utf-8-sig")


@pytest.fixture
def ada(cast):
    return cast.actor("ada")


def test_the_preview_says_for_every_line_what_becomes_of_it_and_writes_nothing(cast, ada):
    before = Person.objects.count()
    plan = import_plan(LIST, actor=ada)
    assert [line.outcome for line in plan.lines] == ["updated", "created", "created"] + ["rejected"] * 4
    assert [len(line.errors) for line in plan.lines] == [0, 0, 0, 1, 1, 1, 4]
    assert plan.lines[5].errors == ["Line 3 has this mail address already."]
    assert plan.new_sites == ["Klinikum Aschertal: Haus 2"]
    assert Person.objects.count() == before
    assert not Site.objects.exists()


def test_reading_does_what_the_preview_said_and_twice_changes_nothing(cast, ada):
    expected = import_plan(LIST, actor=ada).counts
    plan = import_persons(LIST, actor=ada)
    assert plan.counts == expected == {"created": 2, "updated": 1, "unchanged": 0, "rejected": 4}
    rita = Person.objects.get(pk=cast.rita.pk)
    assert (rita.is_vip, rita.function, rita.site.name) == (True, "Pflege", "Haus 2")
    assert first_mail(Person.objects.get(name="Neue Person")) == "neu@klinikum.example"
    assert not Person.objects.filter(name__in=["Fremd", "Doppelt", "Kaputt"]).exists()
    lines = len(list(lines_about("person", Person.objects.values_list("pk", flat=True))))
    again = import_persons(LIST, actor=ada)
    assert again.counts == {"created": 0, "updated": 0, "unchanged": 3, "rejected": 4}
    assert len(list(lines_about("person", Person.objects.values_list("pk", flat=True)))) == lines
    (told, _again) = [
        x.event for x in lines_about("organization", ada.organizations) if x.event.code == "person.imported"
    ]
    assert (told.created, told.updated, told.rejected) == (2, 1, 4)


def test_addresses_are_added_and_empty_cells_change_nothing(cast, ada):
    persons.change_person(cast.rita, function="Ärztin", phones=["07071 5"], actor=ada)
    import_persons(b"name,mail,function\nRita Weber,second@klinikum.example rita@klinikum.example,\n", actor=ada)
    rita = Person.objects.get(pk=cast.rita.pk)
    assert rita.function == "Ärztin"
    assert set(rita.addresses.values_list("folded", flat=True)) == {
        "rita@klinikum.example", "second@klinikum.example", "070715",
    }  # fmt: skip
    assert first_mail(rita) == "rita@klinikum.example"


def test_a_file_that_is_no_list_is_refused_whole(cast, ada):
    for content in (b"", b"colour\nred", b"\x00\x01"):
        with pytest.raises(Invalid) as refused:
            import_persons(content, actor=ada)
        assert "file" in refused.value.fields


def test_persons_without_an_organisation_column_go_to_the_chosen_one(cast, ada):
    plan = import_persons(b"name\nAda Neu\n", actor=ada, default=cast.organizations["works"])
    assert plan.lines[0].person.organization == cast.organizations["works"]
    assert import_plan(b"name\nBea Neu\n", actor=ada).lines[0].outcome == "rejected"


def test_who_changes_the_organisation_leaves_the_site_behind(cast, ada):
    import_persons(LIST, actor=ada)
    plan = import_persons(b"name,mail,organisation\nRita Weber,rita@klinikum.example,works\n", actor=ada)
    assert plan.lines[0].outcome == "updated"
    rita = Person.objects.get(pk=cast.rita.pk)
    assert (rita.organization, rita.site) == (cast.organizations["works"], None)


def test_mail_addresses_of_two_persons_on_one_line_are_refused(cast, ada):
    plan = import_plan(b"name,mail\nX,rita@klinikum.example karl@klinikum.example\n", actor=ada)
    assert plan.lines[0].outcome == "rejected"


def test_only_administrators_read_lists(cast):
    for name in ("alan", "max", "eve", "rita", "zoe"):
        with pytest.raises(NotAllowed):
            import_persons(LIST, actor=cast.actor(name))
        with pytest.raises(NotAllowed):
            import_plan(LIST, actor=cast.actor(name))


cells = st.sampled_from(
    [
        "",
        "Rita Weber",
        "rita@klinikum.example",
        "neu@x.example",
        "clinic",
        "works",
        "ja",
        "de",
        "07071 12345",
        "=1+1",
        "ä",
    ]
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.lists(cells, min_size=8, max_size=8), min_size=1, max_size=8))
def test_whatever_a_list_says_the_second_reading_changes_nothing(cast, rows):
    assume(any(any(row) for row in rows))
    ada = cast.actor("ada")
    head = "name;mail;phone;organisation;site;function;language;vip"
    content = "\n".join([head, *(";".join(row) for row in rows)]).encode()
    first = import_plan(content, actor=ada).counts
    assert import_persons(content, actor=ada).counts == first
    again = import_persons(content, actor=ada).counts
    assert again["created"] == again["updated"] == 0
    assert Address.objects.filter(kind="mail", folded="neu@x.example").count() <= 1
