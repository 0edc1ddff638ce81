"""The table of settings: where each lives, what it is for, by which words it is found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from dreiklang.organizations.rules import folded


@dataclass(frozen=True)
class Section:
    """One kind of setting: its page, its icon, what it is for, other words for it."""

    key: str
    name: Any
    icon: str
    hint: Any
    words: Any = ""
    route: str = ""

    @property
    def url(self) -> str:
        """The page of this section."""
        return reverse(self.route or f"control:{self.key}")


@dataclass(frozen=True)
class Group:
    """Sections that belong together."""

    name: Any
    sections: tuple[Section, ...]


GROUPS = (
    Group(_("People"), (
        Section("organizations", _("Organisations"), "building",
                _("Customers, the provider, external providers, vendors; their sites and mail domains."),
                _("customer company site place domain stranger vendor")),
        Section("persons", _("Persons"), "users",
                _("Who asks and who works; several mail addresses and phone numbers each."),
                _("user contact requester agent mail address phone VIP leaver")),
        Section("import", _("Import persons"), "upload",
                _("Reads a CSV list, shows first what would become of every line."),
                _("CSV Excel list spreadsheet upload")),
        Section("tables", _("Import of tables"), "table-import",
                _("Tickets and organisations of another desk from a CSV file, with preview and way back."),
                _("CSV Excel migrate migration move Zammad OTRS Jira Zendesk import undo")),
        Section("accounts", _("Accounts and roles"), "key",
                _("Who may sign in, with which roles; invite, disable, end sessions."),
                _("sign-in login password role right invitation token session")),
        Section("invitations", _("Invitations"), "mail-forward",
                _("Who was invited and has not come yet; send again, take back."),
                _("invite expire link onboarding welcome")),
        Section("factors", _("Second factor"), "shield-lock",
                _("Which roles need more than a password; who lacks it is led through setting it up."),
                _("MFA 2FA two-factor TOTP passkey security key enforce role")),
        Section("retention", _("Retention"), "trash",
                _("How many months after closing the words of tickets are kept; what is due."),
                _("GDPR DSGVO erase delete privacy data protection keep months archive")),
        Section("sources", _("Sign-in services"), "world",
                _("OpenID Connect, SAML, LDAP: who else vouches for people; with a test of the connection."),
                _("SSO single sign-on OIDC SAML LDAP Active Directory Keycloak Entra Azure identity provider")),
    )),
    Group(_("Teams"), (
        Section("teams", _("Teams and levels"), "users-group",
                _("Who works on which level; members with dates, absence, duty."),
                _("level group member absence holiday substitute duty rota shift signature")),
        Section("calendars", _("Working hours"), "clock",
                _("When a team works and a promise runs: spans of the week, public holidays."),
                _("calendar opening hours public holiday closed day zone")),
    )),
    Group(_("Promises"), (
        Section("agreements", _("Agreements"), "file-certificate",
                _("What is promised to whom: targets, hours, pauses, shares of the levels; with a preview."),
                _("SLA OLA contract service level agreement target response resolution vendor rate contingent")),
    )),
    Group(_("Services"), (
        Section("services", _("Services"), "server",
                _("What people need for their work: how essential it is, who depends on it, what an outage costs."),
                _("service criticality outage cost impact configuration item application import CSV")),
    )),
    Group(_("Tickets"), (
        Section("categories", _("Categories and questions"), "sitemap",
                _("What tickets are about, who takes them, what must be asked before which level."),
                _("category tree required information question form routing")),
        Section("catalog", _("Service catalogue"), "shopping-cart",
                _("What people can order: forms, who must agree, steps; with versions and a look at the form."),
                _("service request catalog order form approval fulfilment workflow onboarding item")),
        Section("own_fields", _("Own fields"), "forms",
                _("What your desk has to know about tickets besides: typed fields, by kind and category."),
                _("custom field attribute inventory number cost centre column")),
        Section("tags", _("Tags"), "hash",
                _("The free words on tickets: write them differently, make two one, forget one."),
                _("label keyword marker rename merge")),
        Section("ladders", _("Escalation ladders"), "stairs-up",
                _("Who is told when a promise is in danger or a ticket lies still, rung by rung; with a dry run."),
                _("hierarchic escalation rule lead manager on-call idle breach")),
        Section("playbooks", _("Playbooks"), "book",
                _("What is to be done with security incidents, complaints and people whose work decides for many."),
                _("security phishing malware VIP complaint procedure steps")),
        Section("matrix", _("Priority matrix"), "adjustments-horizontal",
                _("Impact and urgency make the priority of a new ticket."),
                _("priority impact urgency")),
        Section("rules", _("Rules"), "robot",
                _("When something happens, if it fits, then do it: in order, with a dry run on ninety days."),
                _("rule automation trigger condition action workflow escalate automatically dry run")),
        Section("assistance", _("Proposals"), "bulb",
                _("What is proposed beside a ticket, how good it is, what people made of it."),
                _("machine learning AI classification category routing suggestion duplicate similar accuracy")),
        Section("language_model", _("Language model"), "robot",
                _("Summaries, drafts, translations by an endpoint of your choice; off until you switch them on."),
                _("AI LLM OpenAI GPT Ollama vLLM summary draft translation endpoint")),
        Section("recurring", _("Recurring tickets"), "repeat",
                _("Tickets that open by themselves on their days, with closed days minded."),
                _("recurring repeat schedule series maintenance backup calendar weekly monthly")),
        Section("silence", _("Silence"), "bell-ringing",
                _("Reminders to requesters who owe an answer, and automatic closing told beforehand; with a dry run."),
                _("reminder pending waiting automatic close follow-up inactivity dry run")),
        Section("routines", _("Text blocks, macros, runbooks"), "template",
                _("What is made ready for everybody at the desk, for a team, for a category."),
                _("text block macro runbook snippet canned answer steps"), "desk:routines"),
        Section("article_files", _("Articles from files"), "file-import",
                _("Markdown, HTML, CSV or JSON lines in, with preview and way back; all of it out."),
                _("import export knowledge articles markdown html csv zip migrate")),
        Section("public_pages", _("Public pages"), "world",
                _("Articles for everybody, read without signing in; off until you switch them on."),
                _("knowledge base public article help center sitemap anonymous")),
        Section("gates", _("Handover gates"), "checklist",
                _("What a handover must contain before the next level takes it."),
                _("handover escalation completeness required gate")),
    )),
    Group(_("Mail"), (
        Section("mailboxes", _("Mailboxes"), "mail",
                _("The desk's addresses: how mail comes in and goes out; with a test of the connection."),
                _("IMAP SMTP LMTP server address fetch send TLS")),
        Section("templates", _("Texts of mails"), "template",
                _("What the desk writes around an answer, in both languages; with a preview."),
                _("template mail text wording acknowledgement placeholder")),
        Section("incoming", _("What came in"), "inbox",
                _("Every mail that came in and what became of it: opened, joined, held, in quarantine."),
                _("gate quarantine held duplicate bounce log")),
        Section("blocked", _("Blocked senders"), "mail-off",
                _("Addresses and domains whose mails are held; why, until when, and back again."),
                _("spam junk blacklist block list sender domain")),
        Section("outgoing", _("What goes out"), "send",
                _("Every mail that leaves, and what keeps the others; failed ones are tried again here."),
                _("outbox sending failed waiting retry SMTP delivery")),
    )),
    Group(_("Other doors"), (
        Section("telephony", _("Telephone"), "phone",
                _("Telephone systems that tell of their calls, who sits where, what is said on the phone."),
                _("phone call PBX CTI sipgate Placetel STARFACE Asterisk extension script missed call dial")),
        Section("messengers", _("Messengers"), "message",
                _("WhatsApp, Telegram, text messages and the chats of a house: lines, secrets, what waits."),
                _("messenger WhatsApp Telegram SMS text message Matrix Mattermost Slack Teams bot gateway")),
        Section("fax", _("Fax"), "printer",
                _("How faxes come in: from a gateway's mails or a fax server; and how answers leave."),
                _("fax gateway HylaFAX PDF TIFF number")),
        Section("chat_widgets", _("Live chat"), "messages",
                _("Chat windows for other web pages: where they open, who answers, what they say."),
                _("chat widget web site intranet visitor origin signature live")),
        Section("monitoring", _("Monitoring"), "activity",
                _("Programs that watch and may call: each trouble becomes one ticket, and ends by itself."),
                _("alert alarm Prometheus Alertmanager Grafana Icinga Nagios Checkmk Zabbix webhook token storm")),
        Section("webhooks", _("Webhooks"), "send",
                _("Programs that are told what happens: signed, again until taken, with each call and its answer."),
                _("webhook integration outgoing event notify chat callback Standard Webhooks")),
    )),
)  # fmt: skip


def found(words: str) -> list[Section]:
    """The sections that hold every word of a search, in name, hint or other words."""
    wanted = folded(words).split()
    return [
        section
        for group in GROUPS
        for section in group.sections
        if all(word in folded(f"{section.name} {section.hint} {section.words}") for word in wanted)
    ]
