"""How the lines of a chat are told, the same on every face: what happened as a sentence, who said what else."""

from __future__ import annotations

from django.utils.translation import gettext as _

from dreiklang.channels.chat.models import Chat, Line


def sentence_of(line: Line) -> str:
    """What a line of the desk says, in the reader's language; of a line that somebody wrote: its words."""
    if line.code == "taken":
        return _("%(name)s answers.") % {"name": line.author_name}
    if line.code == "transferred":
        return _("%(name)s takes over and has read everything above.") % {"name": line.author_name}
    if line.code == "missed":
        return _("Nobody was free. The message is ticket %(number)s and will be answered.") % {"number": line.text}
    if line.code == "address":
        return _("Answers may go to %(address)s.") % {"address": line.text}
    if line.code == "ended":
        return {
            Chat.EndedBy.VISITOR: _("The visitor has ended the chat."),
            Chat.EndedBy.AGENT: _("The desk has ended the chat."),
        }.get(Chat.EndedBy(line.text), _("The chat has ended, as nobody was there any more."))
    return line.text


def words_for_page(*, is_open: bool) -> dict[str, str]:
    """Everything the widget says, in the language that is spoken now."""
    return {
        "title": _("IT help"),
        "open": _("Chat with IT help"),
        "close": _("Close the window"),
        "greeting": _("How can we help you?") if is_open else _("Nobody is in the chat now. Leave us a message."),
        "name": _("Your name (if you like)"),
        "mail": _("Your mail address") if not is_open else _("Your mail address (if you like)"),
        "text": _("Your message"),
        "begin": _("Begin the chat") if is_open else _("Leave the message"),
        "send": _("Send"),
        "attach": _("Attach a file"),
        "end": _("End the chat"),
        "again": _("New chat"),
        "you": _("You"),
        "desk": _("IT help"),
        "waiting": _("Somebody will be with you soon. Place in the queue: "),
        "sending": _("is being sent"),
        "offline": _("No connection. What you write is kept and sent when it is back."),
        "typing": _("is typing …"),
        "rate": _("How was it?"),
        "thanks": _("Thank you for telling us."),
        "leave_mail": _("Where may the answer go?"),
        "keep": _("Keep the address"),
        "ticket": _("Ticket"),
        "privacy": _("About your data"),
    }
