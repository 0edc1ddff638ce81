"""Why a mail could not be delivered: the wording of mail servers sorted into a few reasons.

Sources: the enhanced status codes of RFC 3463 and RFC 7505, and how servers word their refusals. The wording is
asked first, because many servers send a code that says less than the words. `HARD` reasons mean that writing to
the same address again is useless.
"""

from __future__ import annotations

import re
from typing import Final

HARD: Final = frozenset({"userunknown", "hostunknown", "hasmoved", "notaccept"})

_WORDING: Final = tuple(
    (reason, re.compile(pattern))
    for reason, pattern in (
        (
            "hasmoved",
            (
                r"has (?:been )?(?:moved|replaced by|changed)(?! to junk)|no longer (?:uses?|at) this (?:address|"
                r"mailbox)|"
                r"address (?:has )?changed|please try <|has left the company|neue (?:e-?mail-?)?adresse"
            ),
        ),
        (
            "norelaying",
            (
                r"relay(?:ing)? (?:is |was )?(?:access )?(?:not (?:permitted|allowed)|denied|prohibited|disabled|"
                r"refused)|"
                r"(?:unable|not (?:permitted|allowed|authorized)|cannot|no) to relay|relay not|we do not relay|"
                r"not (?:a|an) (?:open )?relay|unable to relay|relaying mail to .{1,80} not allowed|not a gateway"
            ),
        ),
        (
            "mailboxfull",
            (
                r"(?:mail ?box|mailfolder|inbox|quota|user|disk)[^.;:]{0,60}(?:\bfull\b|over ?quota|exceed|"
                r"over the (?:maximum|limit)|"
                r"over the quota|out of space|too many messages|size limit)|(?:over|exceed(?:s|ed|"
                r"ing)?)[^.;]{0,40}quota|"
                r"quota (?:violation|exceeded|full)|insufficient (?:disk|mailbox|user) (?:space|quota)|"
                r"not enough (?:storage )?space|allocated (?:storage|quota)|out of storage|mailbox (?:is )?full|"
                r"postfach[^.;]{0,40}(?:voll\b|überfüllt)|speicherplatz|quota reached|storage quota|mailquota|"
                r"no space for the user"
            ),
        ),
        (
            "mesgtoobig",
            (
                r"(?:message|mail|e-?mail|size|attachment)[^.;]{0,50}(?:too (?:big|large|long)|"
                r"exceeds?[^.;]{0,40}(?:size|limit|max))|"
                r"(?:maximum|max|fixed).{0,20}(?:message|mail) size|message length exceeds|zu groß"
            ),
        ),
        (
            "requireptr",
            (
                r"\bptr\b|reverse[ -](?:dns|host ?name|lookup)|rdns|without reverse|cannot find your (?:hostname|"
                r"reverse)|"
                r"(?:no|missing|invalid|bad) (?:reverse|ptr|rdns)|fcrdns|reverse dns|"
                r"does not resolve to a (?:name|host)"
            ),
        ),
        (
            "authfailure",
            (
                r"\bdmarc\b|\bdkim\b|\bspf\b|sender policy framework|unauthenticated (?:email|mail|message)|"
                r"authentication[- ](?:failure|failed|required by)|not (?:pass|passing) authentication|sender id|"
                r"5\.7\.2[0-9]\b"
            ),
        ),
        (
            "virusdetected",
            r"\bvirus(?:es)?\b|\bmalware\b|\binfected\b|\btrojan\b|\bworm\b|banned (?:file|attachment)",
        ),
        (
            "badreputation",
            (
                r"(?:poor|bad|low|negative)[^.;]{0,40}reputation|reputation (?:is )?(?:poor|bad|low|"
                r"too low)|senderscore|"
                r"reputation[^.;]{0,20}(?:block|reject)|very low reputation"
            ),
        ),
        (
            "toomanyconn",
            (
                r"too many (?:concurrent |simultaneous |open )?(?:smtp )?(?:connections|sessions)|"
                r"connection (?:rate|"
                r"limit)[^.;]{0,20}"
                r"(?:limit|exceed)|maximum (?:number of )?connections|"
                r"connections? (?:from .{1,60} )?exceed|throttl"
            ),
        ),
        (
            "speeding",
            (
                r"rate[- ]?limit|too (?:fast|quickly)|too many (?:messages|e-?mails|mails)|sent to too many|"
                r"sending (?:limit|rate)|"
                r"(?:mail|message|receiving)s? [^.;]{0,40}at a rate|slow down"
            ),
        ),
        (
            "blocked",
            (
                r"(?:black|block|deny|rbl|dnsbl?)[- ]?list|\brbl\b|dnsbl|spamhaus|spamcop|barracudacentral|sorbs|"
                r"(?:client host|your (?:ip|host|server|network)|the ip|ip address|connecting ip|sending ip|"
                r"host)[^.;]{0,60}"
                r"(?:block|reject|denied|refused|banned|listed|not allowed|prohibited)|"
                r"(?:block(?:ed)?|banned|rejected|refused|denied)[^.;]{0,30}(?:ip\b|ip address|by .{0,20}rbl)|"
                r"dynamic (?:ip|pool)|"
                r"connections? (?:refused|not accepted|rejected|denied) (?:due to|from your)|(?:access|"
                r"connection) denied.{0,20}ip|"
                r"unused ip|part of their network|not allowed to connect|too many spam"
            ),
        ),
        (
            "spamdetected",
            (
                r"\bspam\b|\bjunk\b|unsolicited|\buce\b|\bbulk mail\b|phish|message (?:looks|"
                r"appears) (?:like|to be)|"
                r"content (?:rejected|filter|denied|block)|high probability|spamassassin"
            ),
        ),
        (
            "rejected",
            (
                r"sender[^.;]{0,60}(?:reject|denied|refus|block|not (?:allowed|accepted|authorized|exist|valid)|"
                r"invalid|verify|unknown)|"
                r"(?:reject(?:ed|ing)?|denied|invalid|unknown|bad|blocked|unverified)[^.;]{0,20}sender|"
                r"mail from[^.;]{0,60}"
                r"(?:reject|refus|denied|not allowed)|from address|return path|address family mismatch|"
                r"backscatter|"
                r"envelope sender|"
                r"(?:not accept|don't accept|refus)[^.;]{0,40}mail from|domain of sender|by non-member"
            ),
        ),
        ("networkerror", r"malformed or unexpected name server|mail loop|too many hops|hop count|loops back to"),
        (
            "hostunknown",
            (
                r"(?:host|domain)(?: or domain)?(?: name)?(?: is| was)? (?:not (?:found|known|exist)|unknown)|"
                r"unknown (?:host|domain)|"
                r"(?:domain|host)[^.;]{0,80}(?:does(?: not|n't) exist|not (?:be )?found|couldn't be found|"
                r"isn't (?:valid|found)|"
                r"non-?existent|lookup)|no such (?:host|domain)|nxdomain|name service error|"
                r"unrouteable (?:mail )?(?:domain|address)|"
                r"bad destination (?:system|host)|illegal (?:host|domain)|could(?: not|n't) find (?:any|the|"
                r"a)? ?(?:host|domain)|"
                r"invalid (?:host|domain)|(?:recipient )?domain (?:not|does not)|name or service not known|"
                r"host lookup did not complete|"
                r"unroutable|domain or account may not exist|account or domain may not exist|"
                r"domain is not reachable|"
                r"domain has been disabled|cannot find (?:host|domain|mail server)|domäne (?:wurde )?nicht|no mx"
            ),
        ),
        (
            "notaccept",
            (
                r"null ?mx|does(?: not|n't) accept (?:any )?(?:e?-?mail|smtp)|no smtp service|"
                r"host/domain does not accept mail|"
                r"smtp protocol returned a permanent error"
            ),
        ),
        (
            "onhold",
            r"on hold|is currently not accepting|held for",
        ),
        (
            "suspend",
            (
                r"(?:account|mailbox|user|recipient|domain|address|inbox)[^.;]{0,60}(?:suspend|disabled|"
                r"inactive|locked|"
                r"not active|deactivated|frozen|temporarily (?:unavailable|blocked|disabled)|expired|"
                r"closed|blocked)|"
                r"(?:suspended|disabled|inactive|locked|closed|frozen|deactivated) (?:account|mailbox|"
                r"user|recipient|"
                r"address)|"
                r"invalid/inactive|unusable|not able to receive|cancell?ed"
            ),
        ),
        (
            "userunknown",
            (
                r"(?:user|recipient|mail ?box|account|address|local ?part|person|alias|addressee|e-?mail|rcpt|"
                r"customer|destination)"
                r"(?:\(s\)|s)?\b[^.;]{0,80}?"
                r"(?:unknown|not (?:be )?(?:found|known|exist|listed|valid|present|recognized|here|our customer|"
                r"available|ok|local|allowed)|"
                r"does(?: not|n't) exist|do(?: not|n't) exist|didn't exist|non-?existent|invalid|unavailable|"
                r"isn't (?:a|valid|listed|known)|"
                r"no longer|wasn't found|couldn't be found|undeliverable|was not found|missing|not a valid|"
                r"not a registered|"
                r"rejected: (?:user|recipient|address|access denied|undeliverable|mailbox|unknown|"
                r"no such))|userid|"
                r"(?:no such|unknown|invalid|bad|no valid|nonexistent|non-existent|not a|illegal|undeliverable|"
                r"disallowed|unavailable) "
                r"(?:(?:e?-?mail|local|virtual|final|delivery|destination|system|known|valid|envelope) ?)?"
                r"(?:user|recipient|mail ?box|account|address|person|alias|name|known user|addressee)|no (?:one|"
                r"body) (?:at|by)|"
                r"no (?:mailbox|account|user)|does not like recipient|not in (?:my|our) |"
                r"doesn't have an? .{1,40} account|"
                r"empfänger[^.;]{0,60}(?:unbekannt|existiert nicht|nicht gefunden)|unbekannte[rn]? (?:empfänger|"
                r"benutzer)|"
                r"(?:adresse|postfach|benutzer)[^.;]{0,60}(?:existiert nicht|nicht gefunden|unbekannt|"
                r"gibt es nicht)|"
                r"in name directory|not listed in|recipnotfound|recipient ?not ?found|\bbadrcptto|"
                r"rcpt.{0,40}not exist"
            ),
        ),
        (
            "exceedlimit",
            r"exceed(?:s|ed)? (?:the )?(?:limit|recipient)|too many recipients",
        ),
        (
            "networkerror",
            (
                r"network (?:error|is unreachable|unreachable)|mail loop|loop(?:s)? (?:back|detected)|"
                r"too many hops|"
                r"hop count|"
                r"connection (?:lost|reset|was dropped|broken|died)|no route to host|dns (?:error|failure)|"
                r"lost connection|"
                r"network is down"
            ),
        ),
        (
            "securityerror",
            (
                r"\btls\b|certificate|encryption (?:needed|required)|authentication (?:required|turned)|"
                r"not authenticated|"
                r"auth(?:entication)? required|security (?:policy )?(?:violation|error)|executable|not secure"
            ),
        ),
        (
            "expired",
            (
                r"time(?:d)?[ -]?out|retry (?:time(?:out)?|limit|period)|delayed|expired|(?:too long|"
                r"long) (?:in|on|"
                r"enough)|"
                r"connection (?:refused|timed out)|could not connect|did not respond|"
                r"not (?:been )?(?:responding|answer)|"
                r"(?:been in the queue|in queue) too long|giving up|message (?:is )?(?:too old|will be retried)|"
                r"unreachable for|"
                r"will (?:keep trying|be retried|continue)|still (?:being )?(?:trying|retry)|no answer|"
                r"unable to connect|"
                r"wasn't able to establish|could not be delivered (?:for|within)|(?:days|hours) old|verzögert"
            ),
        ),
        (
            "contenterror",
            (
                r"(?:bad|invalid|malformed) (?:header|message|mime|content)|mime (?:error|boundary)|header error|"
                r"(?:blank|empty) (?:subject|from)|bare (?:lf|cr)"
            ),
        ),
        (
            "notcompliantrfc",
            (
                r"rfc ?(?:2822|5322|822|1035|5321)|not (?:rfc )?complian|multiple (?:from|subject|addresses in)|"
                r"duplicate header"
            ),
        ),
        (
            "policyviolation",
            (
                r"polic(?:y|ies)|prohibit|not (?:permitted|authorized|allowed)|restricted|disallowed|"
                r"access denied|"
                r"denied by|"
                r"local reason|refused by|administrative|attachment"
            ),
        ),
        (
            "systemfull",
            (
                r"(?:disk|system|file ?system|partition)[^.;]{0,20}full|no space left|"
                r"insufficient system (?:storage|"
                r"resources)"
            ),
        ),
        (
            "mailererror",
            (
                r"pipe to|command (?:died|failed)|exit(?:ed)? (?:status|with)|exit code|mailer (?:error|status)|"
                r"unknown mailer|"
                r"procmail|x-unix|child (?:process|status)|aliasing/forwarding|can't create (?:user )?output|"
                r"program (?:failed|returned)"
            ),
        ),
        (
            "syntaxerror",
            (
                r"syntax error|command (?:not|unrecognized|unknown|rejected)|bad sequence|unrecognized command|"
                r"invalid command|"
                r"unexpected|need mail"
            ),
        ),
        (
            "systemerror",
            (
                r"system (?:error|problem|config)|configuration|local error|internal (?:server )?error|"
                r"server error|"
                r"service unavailable|"
                r"temporary (?:lookup )?failure|lookup fail|loops|cannot process|resources|unable to process|"
                r"service (?:not|is)|alias"
            ),
        ),
        ("filtered", r"filter|rejected|refused|not accepted|declin|unwanted"),
    )
)

_BY_SUBJECT_CODE: Final = {
    "1.1": "userunknown",
    "1.2": "hostunknown",
    "1.3": "userunknown",
    "1.4": "filtered",
    "1.5": "delivered",
    "1.6": "hasmoved",
    "1.7": "rejected",
    "1.8": "rejected",
    "1.9": "rejected",
    "1.10": "notaccept",
    "2.0": "filtered",
    "2.1": "suspend",
    "2.2": "mailboxfull",
    "2.3": "mesgtoobig",
    "2.4": "filtered",
    "3.0": "systemerror",
    "3.1": "systemfull",
    "3.2": "notaccept",
    "3.3": "systemerror",
    "3.4": "mesgtoobig",
    "3.5": "systemerror",
    "4.0": "networkerror",
    "4.1": "expired",
    "4.2": "networkerror",
    "4.3": "systemerror",
    "4.4": "hostunknown",
    "4.5": "expired",
    "4.6": "networkerror",
    "4.7": "expired",
    "4.9": "networkerror",
    "5.0": "systemerror",
    "5.3": "exceedlimit",
    "5.4": "systemerror",
    "5.5": "syntaxerror",
    "6.0": "contenterror",
    "7.0": "securityerror",
    "7.1": "policyviolation",
    "7.25": "requireptr",
    "7.26": "authfailure",
    "7.27": "notaccept",
    "7.20": "authfailure",
    "7.21": "authfailure",
    "7.22": "authfailure",
    "7.23": "authfailure",
}
_UNAMBIGUOUS: Final = frozenset({"1.1", "1.2", "1.6", "2.2", "2.3", "3.4"})


def reason_of(wording: str, status: str, action: str) -> str:
    """The reason for a recipient; `undefined` if neither words nor code say one.

    `wording` is the server's answer, `status` an enhanced status code, `action` as in RFC 3464 §2.3.3.
    """
    if status.startswith("2.") or action in {"delivered", "relayed", "expanded"}:
        return "delivered"
    code = status.partition(".")[2]
    if code in _UNAMBIGUOUS and status.startswith("5."):
        return _corrected(_BY_SUBJECT_CODE[code], wording)
    text = wording[:4_000].lower()
    for reason, pattern in _WORDING:
        if pattern.search(text):
            return reason
    if code in _BY_SUBJECT_CODE:
        return _BY_SUBJECT_CODE[code]
    return "expired" if status.startswith("4.") or action == "delayed" else "undefined"


def _corrected(reason: str, wording: str) -> str:
    """Servers say 5.1.1 for much; a few wordings are clearer than the code."""
    text = wording[:4_000].lower()
    if reason in {"userunknown", "hostunknown"}:
        for other in _CLEARER:
            if _BY_REASON[other].search(text):
                return other
    return reason


_BY_REASON: Final = dict(_WORDING)
_CLEARER: Final = ("mailboxfull", "norelaying", "hasmoved", "blocked", "mailererror", "speeding")
