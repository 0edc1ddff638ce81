"""Control: every page for administrators, closed to everybody else; forms that keep what was typed."""

import re
from datetime import date, time, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import get_resolver, reverse

from dreiklang.accounts.models import Account
from dreiklang.assets.commands.items import make_service
from dreiklang.automation.models import Rule
from dreiklang.calendars.commands import add_standard
from dreiklang.calendars.models import ServiceCalendar
from dreiklang.catalog.commands import add_ready_entries
from dreiklang.channels.chat.commands import make_widget
from dreiklang.channels.fax.commands import make_line as make_fax_line
from dreiklang.channels.mail.settings.brands import make_brand
from dreiklang.channels.mail.settings.commands import make_mailbox
from dreiklang.channels.messengers.commands import keep_post, make_line
from dreiklang.channels.models import Mailbox
from dreiklang.channels.monitoring.commands import keep_call, make_source
from dreiklang.channels.telephony.commands import change_script, keep_misread, make_system
from dreiklang.channels.telephony.inbound import Unreadable
from dreiklang.channels.webhooks.commands import ask_for_test, make_hook
from dreiklang.communication.models import Template
from dreiklang.escalation.commands.ladders import Step, keep_ladder
from dreiklang.escalation.models import Gate
from dreiklang.exchange.commands.disclosing import ask_disclosure
from dreiklang.exchange.commands.importing import prepare_import
from dreiklang.exchange.commands.retaining import set_retention
from dreiklang.identities.models import Source
from dreiklang.kernel.permissions import system
from dreiklang.knowledge.models import ArticleImport
from dreiklang.organizations.commands.persons import change_person
from dreiklang.organizations.models import Organization, Person, Site
from dreiklang.sla.commands.agreements import make_usual_agreement
from dreiklang.teams.commands.absences import note_absence
from dreiklang.teams.commands.duty import set_shift
from dreiklang.teams.models import Absence, DutyShift, Membership, Team
from dreiklang.tickets.commands.categories import keep_question, make_category
from dreiklang.tickets.commands.own_fields import make_field
from dreiklang.tickets.models import Category, PriorityCell, Series, SilencePlan, Tag
from dreiklang.web.control.sections import GROUPS, found

DESK = system("console")
#: What these show is there only for a while: a held mail, a stranger's answer, a package that is
#: being made, how far a run has come, what was learned.
MAY_BE_GONE = ("/incoming/", "/answer/", "/disclosures/", "/state/", "/assistance/")


@pytest.fixture
def ada(cast) -> Client:
    client = Client()
    client.force_login(cast.ada.account)
    cast.ada.account.language = "en"
    cast.ada.account.save()
    return client


@pytest.fixture
def ids(cast, frozen) -> dict[str, object]:
    """One of everything that control shows, by the name under which addresses ask for it."""
    team, person, ada_ = cast.teams["desk"], cast.alan, cast.actor("ada")
    site = Site.objects.create(organization=cast.organizations["clinic"], name="Haus 2")
    absence = note_absence(person, from_date=date(2026, 12, 1), until_date=date(2026, 12, 2), actor=DESK)
    shift = set_shift(team, person, starts_at=frozen, ends_at=frozen + timedelta(hours=8), actor=DESK)
    category = make_category({"de": "Drucker", "en": "Printer"}, actor=DESK)
    question = keep_question(category, labels={"de": "Welcher Drucker?"}, actor=DESK)
    mailbox = make_mailbox("help@haus.example", name="Hilfe", actor=DESK)
    calendar = ServiceCalendar.objects.create(name="Büro")
    service = make_service("KIS", actor=DESK)
    add_standard(actor=DESK)
    agreement = make_usual_agreement(actor=DESK)
    series = Series.objects.create(
        requester=person, subject="Backup", text="Check", starts_on=date(2026, 12, 1), at_time=time(7, 0)
    )
    source, _token = make_source("Wacht", actor=DESK, kind="generic", organization=cast.organizations["clinic"])
    ladder = keep_ladder(None, actor=DESK, name="Idle", trigger="idle", threshold=60, rungs=[Step("manager")])
    hook, _secret = make_hook("Chat", actor=DESK, url="https://chat.example/", events=["ticket.opened"])
    table = prepare_import(b"Betreff;Mail\nDrucker;rita@klinikum.example\n", actor=ada_, kind="tickets", filename="x")
    brand = make_brand(actor=ada_, name="Klinik-IT", logo=b"\x89PNG\r\n")
    pbx, _token = make_system("Anlage", actor=DESK, kind="generic", organization=cast.organizations["house"])
    fax_line, _token = make_fax_line("Fax", actor=DESK, organization=cast.organizations["house"])
    widget, _secret = make_widget("Netz", actor=DESK, organization=cast.organizations["house"], team=team)
    misread = keep_misread(pbx, b"?", Unreadable("not_json"), actor=DESK)
    line = make_line(
        "Wort",
        actor=DESK,
        kind="sms",
        organization=cast.organizations["house"],
        base_url="https://g.example/",
        token="t",
    )
    change_script(category, actor=DESK, words="Guten Tag", outcomes=[])
    return {
        "entry_id": add_ready_entries(actor=DESK)[0].pk, "part": "fields", "place": 0, "number": 1,
        "import_id": table.pk, "disclosure_id": ask_disclosure(cast.rita, actor=ada_).pk,
        "hook_id": hook.pk, "delivery_id": ask_for_test(hook, actor=DESK).pk,
        "source_id": source.pk, "call_id": keep_call(source, b"{}")[0].pk,
        "organization_id": cast.organizations["clinic"].pk, "site_id": site.pk, "person_id": cast.rita.pk,
        "account_id": cast.rita.account.pk, "team_id": team.pk,
        "membership_id": Membership.objects.get(person=person).pk,
        "absence_id": absence.pk, "shift_id": shift.pk, "calendar_id": calendar.pk, "category_id": category.pk,
        "question_id": question.pk, "mailbox_id": mailbox.pk, "key": "resolved", "language": "de",
        "incoming_id": 1, "series_id": series.pk,
        "rule_id": Rule.objects.create(name="VIP", when="opened").pk, "version": 1,
        "sender_id": 1, "agreement_id": agreement.pk, "version_id": agreement.versions.get().pk,
        "field_id": make_field(actor=DESK, kind="text", labels={"de": "Raum", "en": "Room"}).pk,
        "token_id": 1, "mail_id": 1, "key_id": 1, "signer_id": 1, "brand_id": brand.pk, "kind": "ldap", "passkey_id": 1,
        "origin_id": Source.objects.create(kind="ldap", key="house", name="House", made_at=frozen).pk,
        "tag_id": Tag.objects.create(name="Umzug", folded="umzug", made_at=frozen).pk,
        "plan_id": SilencePlan.objects.create().pk,
        "line_id": line.pk, "service": "sms", "post_id": keep_post(line, b"?").pk, "leaving_id": 1,
        "fax_line_id": fax_line.pk,
        "system_id": pbx.pk, "widget_id": widget.pk, "misread_id": misread.pk, "shape": "lines", "field": "category",
        "run_id": ArticleImport.objects.create(filename="a.md", done_at=frozen).pk,
        "service_id": service.pk, "occasion": "security", "ladder_id": ladder.pk,
        "retention_id": set_retention(None, actor=ada_, months=12).pk,
    }  # fmt: skip


def paths(ids: dict[str, object]) -> list[str]:
    """Every address of control, filled in."""
    control = next(p for p in get_resolver().url_patterns if str(p.pattern) == "control/")
    return [
        "/control/" + re.sub(r"<(?:\w+:)?(\w+)>", lambda found: str(ids[found[1]]), str(p.pattern))
        for p in control.url_patterns
    ]


def shown(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, path
    return answer.content.decode()


def test_every_page_opens_for_an_administrator_or_wants_a_post(ada, ids):
    for path in paths(ids):
        status = ada.get(path).status_code
        assert status in (200, 405) or (status == 404 and any(part in path for part in MAY_BE_GONE)), (path, status)


def test_every_page_opens_in_german(ada, ids, cast):
    cast.ada.account.language = "de"
    cast.ada.account.save()
    for path in paths(ids):
        assert ada.get(path).status_code in (200, 404, 405)


@pytest.mark.parametrize("name", ["alan", "max", "eve", "victor", "rita", "karl", "zoe"])
def test_p27_nobody_else_opens_or_posts_to_any_page_of_control(cast, ids, name):
    client = Client()
    client.force_login(cast.persons[name].account)
    for path in paths(ids):
        assert client.get(path).status_code in (403, 405), path
        assert client.post(path, {"to": "disabled", "name": "x"}).status_code in (403, 405), path


def test_p27_strangers_are_sent_to_the_sign_in_page(client, ids):
    for path in paths(ids):
        assert client.get(path).status_code in (302, 405)
        assert client.post(path).status_code in (302, 405)


def test_one_search_box_finds_settings_people_and_teams(ada, cast):
    change_person(cast.rita, place="Station 4A", actor=DESK)
    text = shown(ada, "/control/?q=weber")
    assert "Rita Weber" in text
    assert "Service Desk" in shown(ada, "/control/?q=service")
    assert "Nothing fits" in shown(ada, "/control/?q=xyzzyx")
    assert {s.key for s in found("holiday")} == {"teams", "calendars"}
    for group in GROUPS:
        for section in group.sections:
            assert section in found(str(section.name))


def test_an_organisation_is_made_and_wrong_input_is_kept(ada, cast):
    answer = ada.post(
        "/control/organizations/new/",
        {
            "name": "Neue Stadt",
            "kind": "customer",
            "language": "de",
            "mail_domains": "klinikum.example\nneu.example",
            "note": "behalten",
        },
    )
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "Neue Stadt" in text
    assert "behalten" in text
    assert "belongs to another organisation" in text
    answer = ada.post("/control/organizations/new/", {"name": "Neue Stadt", "kind": "customer", "language": "de"})
    made = Organization.objects.get(name="Neue Stadt")
    assert answer["Location"] == f"/control/organizations/{made.pk}/"
    assert (
        ada.post(
            f"/control/organizations/{made.pk}/sites/", {"site-name": "Rathaus", "site-is_active": "on"}
        ).status_code
        == 302
    )
    assert ada.post(f"/control/organizations/{made.pk}/sites/", {"site-name": "Rathaus"}).status_code == 422


def test_p14_a_form_of_an_older_version_is_refused_and_kept(ada, cast):
    clinic = cast.organizations["clinic"]
    sent = {"name": "Klinikum Neu", "kind": "customer", "language": "de", "version": "1"}
    assert ada.post(f"/control/organizations/{clinic.pk}/", sent).status_code == 302
    answer = ada.post(f"/control/organizations/{clinic.pk}/", {**sent, "name": "Anders"})
    assert answer.status_code == 422
    assert "Anders" in answer.content.decode()
    assert "in the meantime" in answer.content.decode()


def test_p30_fields_a_form_does_not_have_are_refused(ada, cast):
    before = Person.objects.values().get(pk=cast.rita.pk)
    for extra in ("account", "is_active", "sort_key", "search", "id"):
        sent = {"name": "Anders", "organization": cast.organizations["clinic"].pk, "language": "de", extra: "1"}
        assert ada.post(f"/control/persons/{cast.rita.pk}/", sent).status_code == 422
    assert Person.objects.values().get(pk=cast.rita.pk) == before


def test_a_person_is_made_given_an_account_and_invited(ada, cast):
    sent = {
        "name": "Paula Neu", "organization": cast.organizations["house"].pk,
        "mails": "paula@haus.example\np@haus.example",
        "phones": "+49 7071 1", "language": "de", "is_vip": "on",
    }  # fmt: skip
    assert ada.post("/control/persons/new/", {**sent, "mails": "rita@klinikum.example"}).status_code == 422
    assert ada.post("/control/persons/new/", sent).status_code == 302
    paula = Person.objects.get(name="Paula Neu")
    path = f"/control/persons/{paula.pk}/account/"
    assert ada.post(path, {"account-roles": []}).status_code == 422
    assert ada.post(path, {"account-roles": ["agent", "lead"], "account-invite": "on"}).status_code == 302
    account = Account.objects.get(login="paula@haus.example")
    assert account.roles == ["agent", "lead"]
    assert ada.post(f"/control/persons/{paula.pk}/activity/", {"to": "inactive"}).status_code == 302
    account.refresh_from_db()
    assert not account.is_active


def test_persons_are_listed_page_by_page_without_counting(ada, cast, django_assert_max_num_queries):
    Person.objects.bulk_create(
        Person(organization=cast.organizations["clinic"], name=f"P {n}", sort_key=f"p {n:04d}") for n in range(120)
    )
    seen, path = set(), "/control/persons/"
    for _ in range(3):
        with django_assert_max_num_queries(9):
            text = shown(ada, path)
        seen |= set(re.findall(r"/control/persons/(\d+)/\"", text))
        following = re.search(r'href="(\?[^"]*after=\d+)"', text)
        path = "/control/persons/" + following.group(1).replace("&amp;", "&") if following else ""
    assert path == ""
    assert len(seen) == Person.objects.count()


def test_accounts_change_roles_and_end_access(ada, cast):
    path = f"/control/accounts/{cast.alan.account.pk}/"
    assert ada.post(path, {"login": "alan@haus.example", "roles": ["agent", "lead"]}).status_code == 302
    assert Account.objects.get(pk=cast.alan.account.pk).roles == ["agent", "lead"]
    assert ada.post(path, {"login": "rita@klinikum.example", "roles": ["agent"]}).status_code == 422
    for wanted in ("ended", "invited", "disabled", "enabled"):
        assert ada.post(f"{path}access/", {"to": wanted}).status_code == 302
    assert ada.post(f"/control/accounts/{cast.ada.account.pk}/access/", {"to": "disabled"}).status_code == 409
    assert (
        ada.post(
            f"/control/accounts/{cast.rita.account.pk}/", {"login": "rita@klinikum.example", "roles": ["agent"]}
        ).status_code
        == 422
    )


def test_a_list_is_shown_before_it_is_read(ada, cast, settings):
    content = "name;mail;organisation\nPeter Neu;peter@klinikum.example;clinic\nKaputt;kein-at;clinic\n".encode(
        "cp1252"
    )
    answer = ada.post("/control/persons/import/", {"file": SimpleUploadedFile("p.csv", content), "default": ""})
    text = answer.content.decode()
    assert "This would happen" in text
    assert "is not a mail address" in text
    assert not Person.objects.filter(name="Peter Neu").exists()
    ticket = re.search(r'name="ticket" value="([^"]+)"', text).group(1)
    assert "This has happened" in ada.post("/control/persons/import/confirmation/", {"ticket": ticket}).content.decode()
    assert Person.objects.filter(name="Peter Neu").exists()
    assert not Person.objects.filter(name="Kaputt").exists()
    assert ada.post("/control/persons/import/confirmation/", {"ticket": "forged"}).status_code == 302
    for wrong in (b"", b"colour\nred", b"\x00"):
        assert ada.post("/control/persons/import/", {"file": SimpleUploadedFile("p.csv", wrong)}).status_code == 422
    assert ada.post("/control/persons/import/", {}).status_code == 422


def test_a_team_gets_members_absence_and_duty(ada, cast, frozen):
    sent = {"name": "Programme", "level": "3", "organization": cast.organizations["house"].pk, "is_active": "on"}
    assert ada.post("/control/teams/new/", {**sent, "level": "9"}).status_code == 422
    assert ada.post("/control/teams/new/", {**sent, "organization": cast.organizations["clinic"].pk}).status_code == 422
    assert ada.post("/control/teams/new/", sent).status_code == 302
    team = Team.objects.get(name="Programme")
    path, alan = f"/control/teams/{team.pk}/", cast.alan.pk
    assert ada.post(f"{path}members/", {"member-person": cast.zoe.pk, "member-role": "member"}).status_code == 422
    assert ada.post(f"{path}members/", {"member-person": alan, "member-role": "lead"}).status_code == 302
    days = {"absence-person": alan, "absence-from_date": "2026-12-01", "absence-until_date": "2026-11-01"}
    assert ada.post(f"{path}absences/", days).status_code == 422
    assert ada.post(f"{path}absences/", {**days, "absence-until_date": "2026-12-05"}).status_code == 302
    span = {"shift-person": alan, "shift-starts_at": "2026-11-20T08:00", "shift-ends_at": "2026-11-20T07:00"}
    assert ada.post(f"{path}shifts/", span).status_code == 422
    assert ada.post(f"{path}shifts/", {**span, "shift-ends_at": "2026-11-20T16:00"}).status_code == 302
    membership = Membership.objects.get(team=team)
    assert ada.post(f"{path}members/{membership.pk}/", {"role": "member"}).status_code == 302
    assert ada.post(f"{path}absences/{Absence.objects.get(person=cast.alan).pk}/").status_code == 302
    shift = DutyShift.objects.get(team=team).pk
    assert ada.get(path).context["gaps"]  # one day of two weeks is covered
    name, moved = f"shift-{shift}-", f"{path}shifts/{shift}/change/"
    span = {f"{name}person": alan, f"{name}starts_at": "2026-11-20T08:00", f"{name}ends_at": "2026-11-20T07:00"}
    refused = ada.post(moved, span)
    assert (refused.status_code, 'value="2026-11-20T07:00"' in refused.content.decode()) == (422, True)
    assert ada.post(moved, {**span, f"{name}ends_at": "2026-11-20T18:00"}).status_code == 302
    assert ada.post(f"{path}shifts/{shift}/swap/", {f"swap-{shift}-other": shift}).status_code == 422
    assert ada.post(f"{path}shifts/{shift}/").status_code == 302
    assert ada.post(f"{path}members/{membership.pk}/").status_code == 302
    assert not Membership.objects.filter(team=team).exists()


def test_working_hours_are_written_as_people_write_them(ada, db):
    sent = {"name": "Klinik", "timezone": "Europe/Berlin", "mon": "8:00-12.00, 13:00 – 17:00", "sat": "22:00-06:00"}
    assert ada.post("/control/calendars/new/", {**sent, "tue": "ab acht"}).status_code == 422
    assert ada.post("/control/calendars/new/", {**sent, "timezone": "Mars/Base"}).status_code == 422
    assert ada.post("/control/calendars/new/", {**sent, "closed_days": "24.12."}).status_code == 422
    assert ada.post("/control/calendars/new/", {**sent, "closed_days": "2026-12-24"}).status_code == 302
    calendar = ServiceCalendar.objects.get(name="Klinik")
    assert calendar.week == {"mon": [["08:00", "12:00"], ["13:00", "17:00"]], "sat": [["22:00", "06:00"]]}
    assert "08:00-12:00, 13:00-17:00" in shown(ada, f"/control/calendars/{calendar.pk}/")
    assert ada.post(f"/control/calendars/{calendar.pk}/standing/", {"to": "default"}).status_code == 302
    assert ada.post(f"/control/calendars/{calendar.pk}/standing/", {"to": "removed"}).status_code == 409


def test_a_category_gets_questions_a_matrix_and_gates(ada, cast):
    assert ada.post("/control/categories/new/", {"position": "0"}).status_code == 422
    sent = {"name_de": "Drucker", "name_en": "Printer", "position": "1", "in_portal": "on", "is_active": "on"}
    assert ada.post("/control/categories/new/", sent).status_code == 302
    category = Category.objects.get(name="Drucker")
    path = f"/control/categories/{category.pk}/"
    asked = {
        "question-label_de": "Welcher?",
        "question-kind": "choice",
        "question-needed_for_level": "2",
        "question-position": "0",
    }
    assert ada.post(f"{path}questions/", asked).status_code == 422
    assert ada.post(f"{path}questions/", {**asked, "question-choices": "A\nB"}).status_code == 302
    question = category.questions.get()
    assert ada.post(f"{path}questions/{question.pk}/", {"to": "removed"}).status_code == 302
    gate = {"gate": "3", "category": category.pk, "to3-demands": ["reason", "steps"], "to3-minimum_steps": "2"}
    assert ada.post("/control/gates/", {**gate, "to3-minimum_steps": "99"}).status_code == 422
    assert ada.post("/control/gates/", gate).status_code == 302
    assert Gate.objects.get(category=category, to_level=3).demands == ["reason", "steps"]
    cells = {f"cell-{i}-{u}": "2" for i in (1, 2, 3) for u in (1, 2, 3)}
    assert ada.post("/control/matrix/", {**cells, "cell-1-1": "7"}).status_code == 422
    assert ada.post("/control/matrix/", cells).status_code == 302
    assert PriorityCell.objects.get(impact=3, urgency=3).priority == 2
    assert ada.post(f"{path}removal/").status_code == 302


def test_p39_a_mailbox_never_shows_its_passwords(ada, db):
    sent = {
        "address": "help@haus.example", "name": "Hilfe", "is_active": "on", "fetch": "imap",
        "imap_host": "mail.haus.example", "imap_port": "993", "imap_tls": "tls", "imap_username": "help",
        "imap_password": "canary-4711", "imap_folder": "INBOX",
        "after": "seen", "smtp_port": "587", "smtp_tls": "starttls",
    }  # fmt: skip
    assert "canary-4711" not in ada.post("/control/mailboxes/new/", {**sent, "address": "no"}).content.decode()
    assert ada.post("/control/mailboxes/new/", sent).status_code == 302
    mailbox = Mailbox.objects.get()
    assert mailbox.imap_password == "canary-4711"
    path = f"/control/mailboxes/{mailbox.pk}/"
    assert "canary-4711" not in shown(ada, path)
    changed = {**sent, "imap_password": "", "version": mailbox.version}
    del changed["address"]
    assert ada.post(path, changed).status_code == 302
    assert Mailbox.objects.get().imap_password == "canary-4711"
    assert (
        ada.post(path, {**changed, "imap_host": "evil.example", "version": Mailbox.objects.get().version}).status_code
        == 302
    )
    assert Mailbox.objects.get().imap_password == ""


def test_the_connection_test_says_what_is_wrong_and_changes_nothing(ada, db):
    mailbox = make_mailbox(
        "help@haus.example", name="Hilfe", fetch="imap", imap_host="127.0.0.1", imap_port=9, imap_username="x",
        imap_password="canary-4711", actor=DESK,
    )  # fmt: skip
    text = ada.post(f"/control/mailboxes/{mailbox.pk}/test/").content.decode()
    assert "IMAP:" in text
    assert "canary-4711" not in text
    plain = make_mailbox("plain@haus.example", name="Plain", actor=DESK)
    assert "nothing to test" in ada.post(f"/control/mailboxes/{plain.pk}/test/").content.decode()


def test_p37_texts_of_mails_know_only_their_placeholders_and_show_a_preview(ada, db):
    path = "/control/templates/received/en/"
    assert "20417" in shown(ada, path)
    for wrong in ("{link.__class__}", "{{ number }}", "{password}"):
        answer = ada.post(path, {"subject": "Hello", "body": f"x {wrong} {{number}}", "to": "kept"})
        assert answer.status_code == 422 or "{link.__class__}" in Template.objects.get().body or wrong == "{{ number }}"
        Template.objects.all().delete()
    seen = ada.post(
        path, {"subject": "Hi {number}\r\nBcc: x@y.example", "body": "<script>{number}</script>", "to": "shown"}
    )
    assert "&lt;script&gt;20417&lt;/script&gt;" in seen.content.decode()
    assert not Template.objects.exists()
    assert ada.post(path, {"subject": "Hi {number}", "body": "Hello {name}", "to": "kept"}).status_code == 302
    assert ada.post(path, {"to": "usual", "subject": "x", "body": "y"}).status_code == 302
    assert not Template.objects.exists()
    assert ada.get("/control/templates/received/fr/").status_code == 404


def test_what_came_in_is_empty_at_first_and_says_what_to_do(ada, db):
    assert "Nothing has come in yet" in shown(ada, reverse("control:incoming"))
    assert shown(ada, "/control/incoming/?outcome=nonsense&before=abc&q=x")
