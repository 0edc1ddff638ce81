// The chat window for any page: <script src="https://desk/chat/KEY/widget.js" async></script>, and nothing else.
// It lives in a shadow root, sets no cookie, and keeps in sessionStorage only what a begun chat needs: the token, the
// number of the last line, and what is not sent yet. A dropped line loses nothing (unsent lines wait, the rest is asked
// for by number) and doubles nothing (each line has a name of its own, and the desk takes a name once).
(() => {
  const script = document.currentScript;
  const home = script.src.replace(/widget\.js.*$/, "");
  const key = home.replace(/\/$/, "").split("/").pop();
  const told = script.dataset;
  const language = told.lang || document.documentElement.lang || navigator.language || "en";
  const kept = `dreiklang-chat-${key}`;
  const ASK = 15000, ASK_WITHOUT_LIVE = 3000, LONGEST = 4000;

  const STYLE = `
    :host { all: initial; --c: #1257c0; --on: #fff; --bg: #fff; --ink: #172131; --ink2: #55606f; --line: #c9d0d9; --soft: #eef1f5; color-scheme: light dark; }
    @media (prefers-color-scheme: dark) { :host { --bg: #171d26; --ink: #e8ecf2; --ink2: #aab4c2; --line: #465263; --soft: #242d3a; } }
    * { box-sizing: border-box; font: 15px/1.45 system-ui, sans-serif; }
    [hidden] { display: none !important; }
    .open { position: fixed; right: 16px; bottom: 16px; z-index: 2147483000; border: 0; border-radius: 28px; padding: 14px 20px; background: var(--c); color: var(--on); font-weight: 600; cursor: pointer; box-shadow: 0 4px 18px #0005; }
    .box { position: fixed; right: 16px; bottom: 16px; z-index: 2147483000; width: min(380px, calc(100vw - 24px)); height: min(560px, calc(100vh - 24px)); height: min(560px, calc(100dvh - 24px)); display: flex; flex-direction: column; background: var(--bg); color: var(--ink); border: 1px solid var(--line); border-radius: 12px; overflow: hidden; box-shadow: 0 8px 40px #0006; }
    .head { display: flex; align-items: center; gap: 8px; padding: 10px 14px; background: var(--c); color: var(--on); }
    .head h2 { flex: 1; margin: 0; font-size: 16px; font-weight: 600; }
    .head button { background: none; border: 0; color: inherit; cursor: pointer; min-width: 32px; min-height: 32px; padding: 4px 8px; border-radius: 6px; }
    .log { flex: 1; overflow-y: auto; padding: 12px; display: flex; flex-direction: column; gap: 8px; margin: 0; list-style: none; }
    .log li { max-width: 85%; padding: 7px 11px; border-radius: 12px; background: var(--soft); white-space: pre-wrap; overflow-wrap: anywhere; align-self: flex-start; }
    .log li.visitor { align-self: flex-end; border: 1px solid var(--c); }
    .log li.desk { align-self: center; text-align: center; background: none; color: var(--ink2); }
    .log small { display: block; color: var(--ink2); font-size: 12.5px; }
    .log a, .state a, form a { color: inherit; text-decoration: underline; cursor: pointer; }
    form, .state { padding: 10px 12px; display: flex; flex-direction: column; gap: 8px; margin: 0; }
    .state { padding: 4px 14px; color: var(--ink2); min-height: 0; }
    .state:empty { display: none; }
    .start { flex: 1; overflow-y: auto; }
    label { display: flex; flex-direction: column; gap: 3px; }
    input, textarea { width: 100%; border: 1px solid var(--line); border-radius: 8px; padding: 8px 10px; background: var(--bg); color: var(--ink); }
    textarea { resize: none; min-height: 64px; }
    .row { display: flex; gap: 8px; align-items: flex-end; }
    .main { border: 0; border-radius: 8px; padding: 10px 16px; background: var(--c); color: var(--on); font-weight: 600; cursor: pointer; }
    .plain { border: 1px solid var(--line); border-radius: 8px; padding: 9px 12px; background: var(--bg); color: var(--ink); cursor: pointer; }
    .wrong { color: #b3261e; margin: 0; }
    @media (prefers-color-scheme: dark) { .wrong { color: #ffb4ab; } }
    :focus-visible { outline: 3px solid var(--c); outline-offset: 2px; }
    .head :focus-visible, .main:focus-visible { outline-color: var(--ink); }
  `;

  let words, settings, chat, root, parts, leaving, live;

  const make = (tag, attributes = {}, ...inside) => {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
      if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
      else if (value === true) made.setAttribute(name, "");
      else if (value !== false && value != null) made.setAttribute(name, value);
    }
    made.append(...inside.filter((one) => one != null));
    return made;
  };
  const fresh = (bytes) => Array.from(crypto.getRandomValues(new Uint8Array(bytes)), (b) => b.toString(16).padStart(2, "0")).join("");

  // What lasts for as long as the tab does. Somebody else signed in on the page: the chat before is not theirs.
  const load = () => {
    try {
      const found = JSON.parse(sessionStorage.getItem(kept));
      return found && found.person === (told.person || "") ? found : null;
    } catch { return null; }
  };
  const keep = () => {
    try { chat ? sessionStorage.setItem(kept, JSON.stringify({ ...chat, lines: undefined, files: undefined })) : sessionStorage.removeItem(kept); } catch { /* a page without storage: the chat lasts until it is left */ }
  };

  class Refused extends Error {}
  const ask = async (path, body, method = "POST") => {
    const headers = {};
    if (chat?.token) headers.Authorization = `Bearer ${chat.token}`;
    if (body && !(body instanceof FormData)) headers["Content-Type"] = "application/json";
    const sent = body instanceof FormData ? body : body ? JSON.stringify(body) : undefined;
    const answer = await fetch(`${home}${path}?lang=${encodeURIComponent(language)}`, { method, headers, body: sent, credentials: "omit", mode: "cors" });
    if (answer.status === 429 || answer.status >= 500) throw new Error("later");
    const said = await answer.json();
    if (!answer.ok) throw Object.assign(new Refused(said.error), { status: answer.status });
    return said;
  };

  // ---- what is shown -------------------------------------------------------------------------------------------
  const size = (n) => (n > 1e6 ? `${(n / 1e6).toFixed(1)} MB` : `${Math.ceil(n / 1000)} kB`);
  const save = async (file) => {
    const answer = await fetch(`${home}files/${file.id}/`, { headers: { Authorization: `Bearer ${chat.token}` }, credentials: "omit" });
    const link = make("a", { href: URL.createObjectURL(await answer.blob()), download: file.name });
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  };
  const shown = (line) => make("li", { class: line.side, "data-seq": line.seq },
    line.side === "desk" ? null : make("small", {}, line.side === "visitor" ? words.you : line.name || words.desk),
    line.text,
    ...line.files.map((file) => make("small", {}, make("a", { role: "button", tabindex: "0", onclick: () => save(file), onkeydown: (e) => e.key === "Enter" && save(file) }, `${file.name} (${size(file.size)})`))));

  const draw = () => {
    const running = chat && ["waiting", "talking"].includes(chat.stage);
    parts.start.hidden = Boolean(chat);
    parts.log.hidden = !chat;
    parts.write.hidden = !running;
    parts.end.hidden = !running;
    parts.after.hidden = !chat || running || !chat.stage;
    if (!chat) return;
    const atEnd = parts.log.scrollHeight - parts.log.scrollTop - parts.log.clientHeight < 60;
    for (const line of chat.lines) {
      if (!parts.log.querySelector(`[data-seq="${line.seq}"]`)) parts.log.append(shown(line));
    }
    parts.log.querySelectorAll(".unsent").forEach((one) => one.remove());
    for (const one of chat.unsent) parts.log.append(make("li", { class: "visitor unsent" }, make("small", {}, `${words.you} · ${words.sending}`), one.text || (one.names || []).join(", ")));
    parts.state.textContent = chat.isAway ? words.offline : chat.stage === "waiting" && chat.place ? words.waiting + chat.place : "";
    drawAfter(running);
    if (atEnd) parts.log.scrollTop = parts.log.scrollHeight;
  };
  const drawAfter = (running) => {
    if (running) { parts.after.replaceChildren(); return; }
    const wanted = `${chat.stage}${chat.needs_address}${chat.is_rated}`;
    if (parts.after.dataset.drawn === wanted) return;
    parts.after.dataset.drawn = wanted;
    const again = make("button", { class: "plain", type: "button", onclick: forget }, words.again);
    if (chat.stage === "missed" && chat.needs_address) {
      const mail = make("input", { type: "email", autocomplete: "email", required: true });
      const wrong = make("p", { class: "wrong", role: "alert" });
      parts.after.replaceChildren(make("form", { onsubmit: async (e) => {
        e.preventDefault();
        try { take(await ask("address/", { mail: mail.value, after: chat.seq })); } catch (bad) { wrong.textContent = bad instanceof Refused ? bad.message : words.offline; }
      } }, make("label", {}, words.leave_mail, mail), wrong, make("button", { class: "main" }, words.keep)));
    } else if (chat.stage === "ended" && !chat.is_rated && chat.agentSeen) {
      const stars = [1, 2, 3, 4, 5].map((n) => make("button", { class: "plain", type: "button", "aria-label": `${n} / 5`, onclick: async () => { try { take(await ask("rating/", { rating: n, after: chat.seq })); } catch { /* asked again by another click */ } } }, String(n)));
      parts.after.replaceChildren(make("div", { class: "state" }, words.rate, make("div", { class: "row" }, ...stars), again));
    } else {
      parts.after.replaceChildren(make("div", { class: "state" }, chat.is_rated ? words.thanks : null, again));
    }
  };

  // ---- what is heard -------------------------------------------------------------------------------------------
  const take = (said) => {
    const { lines, more, ...state } = said;
    Object.assign(chat, state, { isAway: false });
    if (state.agent) chat.agentSeen = true;
    for (const line of lines) {
      if (line.id) chat.unsent = chat.unsent.filter((one) => one.id !== line.id);
      if (line.seq !== chat.seq + 1) continue;
      chat.seq = line.seq;
      chat.lines.push(line);
      if (line.side !== "visitor") parts.types.textContent = "";
    }
    keep();
    draw();
    if (more) news();
    if (!["waiting", "talking"].includes(chat.stage)) leaving?.abort();
  };
  let asking = null, askAgain = false;
  const news = () => {
    if (asking) { askAgain = true; return asking; }
    asking = (async () => {
      const mine = chat;
      try {
        const said = await ask("news/", { after: chat.seq });
        if (chat === mine) take(said);
      } catch (bad) {
        if (chat !== mine) return;
        if (bad.status === 404) forget(); else { chat.isAway = true; draw(); }
      }
    })().finally(() => { asking = null; if (askAgain) { askAgain = false; if (chat) news(); } });
    return asking;
  };
  const pause = (ms, signal) => new Promise((go) => { const t = setTimeout(go, ms); signal.addEventListener("abort", () => { clearTimeout(t); go(); }, { once: true }); });
  const listen = async () => {
    leaving?.abort();
    leaving = new AbortController();
    const { signal } = leaving;
    (async () => { while (!signal.aborted) { await pause(live ? ASK : ASK_WITHOUT_LIVE, signal); if (!signal.aborted) { news(); send(); } } })();
    while (!signal.aborted && settings.live) {
      try {
        const answer = await fetch(`${settings.live}?key=${encodeURIComponent(key)}`, { headers: { Authorization: `Bearer ${chat.token}` }, credentials: "omit", signal, cache: "no-store" });
        if (!answer.ok) throw new Error("no live");
        live = true;
        send();
        const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
        for (let part = await reader.read(); !part.done; part = await reader.read()) {
          if (part.value.includes("event: chat")) news();
          if (part.value.includes("event: typing")) types();
        }
      } catch { /* dropped: again in a moment */ }
      live = false;
      await pause(1000 + Math.random() * 2000, signal);
    }
  };
  let typesUntil;
  const types = () => {
    parts.types.textContent = `${chat.agent || words.desk} ${words.typing}`;
    clearTimeout(typesUntil);
    typesUntil = setTimeout(() => { parts.types.textContent = ""; }, 4000);
  };

  // ---- what is said --------------------------------------------------------------------------------------------
  let isSending = false;
  const send = async () => {
    if (isSending || !chat) return;
    isSending = true;
    const mine = chat;
    try {
      while (chat === mine && chat.unsent.length) {
        const one = chat.unsent[0];
        let body = { text: one.text, id: one.id, after: chat.seq };
        if (one.names) {
          const files = chat.files[one.id];
          if (!files) { chat.unsent.shift(); continue; } // chosen before the page was loaded anew: they are gone with it
          const form = new FormData();
          Object.entries(body).forEach(([name, value]) => form.append(name, value));
          files.forEach((file) => form.append("files", file));
          body = form;
        }
        try { take(await ask("lines/", body)); chat.unsent = chat.unsent.filter((other) => other.id !== one.id); keep(); draw(); }
        catch (bad) {
          if (!(bad instanceof Refused)) throw bad;
          chat.unsent = chat.unsent.filter((other) => other !== one);
          keep();
          draw();
          parts.wrong.textContent = bad.message;
          if (!one.names && !parts.text.value) parts.text.value = one.text;
        }
      }
    } catch { if (chat === mine) { chat.isAway = true; draw(); } } finally { isSending = false; }
  };
  const say = (text, files) => {
    parts.wrong.textContent = "";
    if (!text.trim() && !files) return;
    const one = { id: fresh(12), text };
    if (files) { one.names = files.map((file) => file.name); chat.files[one.id] = files; }
    chat.unsent.push(one);
    keep();
    draw();
    parts.log.scrollTop = parts.log.scrollHeight;
    send();
  };
  const begin = async (event) => {
    event.preventDefault();
    parts.startWrong.textContent = "";
    parts.startButton.disabled = true;
    // The token is made before anything is sent: should the answer be lost, the same words begin the same chat.
    begin.token ||= fresh(32);
    begin.id ||= fresh(12);
    const body = { token: begin.token, id: begin.id, text: parts.startText.value, name: parts.startName?.value || told.name || "", mail: parts.startMail?.value || told.mail || "", page: location.href.split(/[?#]/)[0], person: told.person || "", until: told.until || "", signature: told.signature || "" };
    try {
      const said = await ask("begin/", body);
      chat = { token: begin.token, person: told.person || "", seq: 0, unsent: [], lines: [], files: {}, stage: "", isOpen: true };
      begin.token = begin.id = null;
      parts.startText.value = "";
      take(said);
      listen();
      (parts.write.hidden ? parts.log : parts.text).focus();
    } catch (bad) {
      parts.startWrong.textContent = bad instanceof Refused ? bad.message : words.offline;
    } finally { parts.startButton.disabled = false; }
  };
  const forget = () => {
    leaving?.abort();
    chat = null;
    keep();
    parts.log.replaceChildren();
    parts.after.replaceChildren();
    delete parts.after.dataset.drawn;
    parts.state.textContent = "";
    draw();
    parts.startText.focus();
  };

  // ---- the window ----------------------------------------------------------------------------------------------
  const light = (colour) => {
    const [r, g, b] = [1, 3, 5].map((at) => { const part = parseInt(colour.slice(at, at + 2), 16) / 255; return part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4; });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b > 0.179;
  };
  let lastTyped = 0;
  const build = () => {
    const host = make("div", { id: "dreiklang-chat", lang: settings.language });
    root = host.attachShadow({ mode: "open" });
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(STYLE);
    root.adoptedStyleSheets = [sheet];
    host.style.setProperty("--c", settings.colour);
    host.style.setProperty("--on", light(settings.colour) ? "#000" : "#fff");
    parts = {};
    const isKnown = Boolean(told.signature);
    parts.startText = make("textarea", { rows: 4, required: true, maxlength: LONGEST });
    parts.startWrong = make("p", { class: "wrong", role: "alert" });
    parts.startButton = make("button", { class: "main" }, words.begin);
    if (!isKnown) {
      parts.startName = make("input", { autocomplete: "name", maxlength: 100 });
      parts.startMail = make("input", { type: "email", autocomplete: "email", required: !settings.is_open });
    }
    const privacy = settings.privacy || settings.privacy_url ? make("small", {}, `${settings.privacy} `, settings.privacy_url ? make("a", { href: settings.privacy_url, target: "_blank", rel: "noopener" }, words.privacy) : null) : null;
    parts.start = make("form", { class: "start", onsubmit: begin }, make("p", {}, words.greeting),
      ...(isKnown ? [] : [make("label", {}, words.name, parts.startName), make("label", {}, words.mail, parts.startMail)]),
      make("label", {}, words.text, parts.startText), parts.startWrong, parts.startButton, privacy);
    parts.log = make("ol", { class: "log", role: "log", "aria-live": "polite", "aria-label": words.title, tabindex: "0" });
    parts.state = make("p", { class: "state", role: "status" });
    parts.types = make("p", { class: "state", "aria-live": "off" });
    parts.wrong = make("p", { class: "wrong", role: "alert" });
    parts.text = make("textarea", { rows: 2, "aria-label": words.text, onkeydown: (event) => {
      if (event.key === "Enter" && !event.shiftKey && !event.isComposing) { event.preventDefault(); parts.write.requestSubmit(); }
    }, oninput: () => {
      if (chat?.stage === "talking" && Date.now() - lastTyped > 3000) { lastTyped = Date.now(); ask("typing/", {}).catch(() => {}); }
    } });
    const chosen = make("input", { type: "file", multiple: true, hidden: true, onchange: () => { if (chosen.files.length) say("", [...chosen.files]); chosen.value = ""; } });
    parts.write = make("form", { onsubmit: (event) => { event.preventDefault(); const text = parts.text.value; parts.text.value = ""; say(text); } },
      parts.wrong, parts.text, make("div", { class: "row" }, make("button", { class: "plain", type: "button", onclick: () => chosen.click() }, words.attach), chosen, make("button", { class: "main" }, words.send)));
    parts.after = make("div");
    parts.end = make("button", { type: "button", onclick: async () => { try { take(await ask("end/", { after: chat.seq })); } catch { chat.isAway = true; draw(); } } }, words.end);
    const box = make("section", { class: "box", role: "dialog", "aria-label": words.title, hidden: true, onkeydown: (event) => { if (event.key === "Escape") toggle(false); } },
      make("div", { class: "head" }, make("h2", {}, words.title), parts.end, make("button", { type: "button", "aria-label": words.close, onclick: () => toggle(false) }, "✕")),
      parts.log, parts.types, parts.state, parts.start, parts.write, parts.after);
    const open = make("button", { class: "open", type: "button", onclick: () => toggle(true) }, words.open);
    const toggle = (isOpen) => {
      box.hidden = !isOpen;
      open.hidden = isOpen;
      if (chat) { chat.isOpen = isOpen; keep(); }
      (isOpen ? (chat ? parts.text : parts.startText) : open).focus();
      if (isOpen) parts.log.scrollTop = parts.log.scrollHeight;
    };
    root.append(box, open);
    document.body.append(host);
    if (chat?.isOpen) toggle(true);
    draw();
  };

  const start = async () => {
    try { settings = await ask("settings/", null, "GET"); } catch { return; } // not for this page, or the desk is away
    words = settings.words;
    chat = load();
    if (chat) Object.assign(chat, { seq: 0, lines: [], files: {} });
    build();
    if (chat) { await news(); if (chat) { listen(); send(); } }
  };
  if (document.body) start(); else document.addEventListener("DOMContentLoaded", start);
})();
