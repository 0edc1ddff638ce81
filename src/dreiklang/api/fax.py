"""Where fax servers hand faxes over: ``POST /api/fax/<key>/`` with the line's token.

Not part of v1: a fax server is no account. The file comes as ``file`` of a form, with the number as ``number``, or as
the body itself with ``?number=``. Whoever gets no 200 keeps the fax and sends it again; the same fax is taken once.
"""

from __future__ import annotations

import hmac
import logging

from django.core.exceptions import RequestDataTooBig
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.request import UnreadablePostError
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from dreiklang.api.problems import problem
from dreiklang.api.secrets_shown import shown_secret
from dreiklang.channels.fax.commands import take_fax
from dreiklang.channels.fax.inbound.pages import LARGEST
from dreiklang.channels.fax.queries import line_by_key
from dreiklang.kernel.errors import Invalid, WrongState
from dreiklang.kernel.permissions import system
from dreiklang.kernel.tokens import digest_of
from dreiklang.tickets.commands.attaching import Upload
from dreiklang.web.routing import policy

log = logging.getLogger(__name__)


@csrf_exempt
@require_POST
@policy("public")
def take_in(request: HttpRequest, key: str) -> HttpResponse:
    """Take a fax in. Public as an address: what opens it is the token."""
    try:
        line = line_by_key(key)
        given = shown_secret(request)
        if line is None or not hmac.compare_digest(digest_of(given), bytes(line.token_digest)):
            refused = problem(401, "no_token", "This address needs the token of its fax line.")
            refused["WWW-Authenticate"] = 'Bearer realm="dreiklang fax"'
            return refused
        try:
            upload = _file(request)
        except (RequestDataTooBig, UnreadablePostError):
            upload = None
        if upload is None or len(upload.content) > LARGEST:
            return problem(413, "too_large", f"A fax has at most {LARGEST:,} bytes.")
        number = request.POST.get("number") or request.GET.get("number", "")
        fax, is_new = take_fax(line, [upload], actor=system("fax"), number=number[:200], door="hook")
    except Invalid:
        return problem(422, "no_fax", "A fax is a PDF or a TIFF. This is neither.")
    except WrongState:
        return problem(409, "line_off", "This fax line is off.")
    except (OperationalError, InterfaceError):
        return problem(503, "unavailable", "The desk cannot take this in now; please send it again.", retry_after=10)
    return JsonResponse({"fax": fax.pk, "ticket": fax.ticket.number, "new": is_new})


def _file(request: HttpRequest) -> Upload:
    """The file of the form, else the body itself."""
    if request.content_type == "multipart/form-data":
        sent = request.FILES.get("file")
        if sent is None:
            return Upload("", "", b"")
        if (sent.size or 0) > LARGEST:
            raise RequestDataTooBig
        return Upload(sent.name or "fax", "application/octet-stream", sent.read())
    return Upload("fax", request.content_type or "", request.body)
