// What an answer asks of the page: open a sheet that arrived, close it when its deed is done, say a line, take the focus.
import { Controller } from "../../../vendor/stimulus.js";

export default class extends Controller {
  connect() {
    this.settled = (event) => this.arrive(event);
    this.failed = () => { document.getElementById("offline")?.removeAttribute("hidden"); };
    this.fine = () => { document.getElementById("offline")?.setAttribute("hidden", ""); };
    document.body.addEventListener("htmx:afterSettle", this.settled);
    this.refused = (event) => this.notice(event);
    document.body.addEventListener("htmx:beforeSwap", this.refused);
    document.body.addEventListener("htmx:sendError", this.failed);
    document.body.addEventListener("htmx:afterOnLoad", this.fine);
    this.closing = () => document.querySelector("#sheet dialog[open]")?.close();
    this.toast = (event) => this.say(event.detail);
    document.body.addEventListener("desk:close-sheet", this.closing);
    document.body.addEventListener("desk:toast", this.toast);
    this.again();
    document.body.addEventListener("htmx:responseError", (event) => this.broken(event));
  }

  disconnect() {
    document.body.removeEventListener("htmx:afterSettle", this.settled);
    document.body.removeEventListener("htmx:beforeSwap", this.refused);
    document.body.removeEventListener("htmx:sendError", this.failed);
    document.body.removeEventListener("htmx:afterOnLoad", this.fine);
    document.body.removeEventListener("desk:close-sheet", this.closing);
    document.body.removeEventListener("desk:toast", this.toast);
  }

  arrive(event) {
    const place = event.detail.target || event.target;
    const dialog = place.matches?.("dialog") ? place : place.querySelector?.("dialog.sheet");
    if (dialog && !dialog.open) dialog.showModal();
    const first = place.querySelector?.("[data-focus]") || (dialog && this.firstField(dialog));
    first?.focus();
    this.again();
  }

  // A sheet begins at its first field, not at the cross that closes it; one without fields at what it offers.
  firstField(dialog) {
    const fields = "input:checked, input:not([type=hidden]):not([type=radio]):not([disabled]), select, textarea, a[href], button";
    const foot = dialog.querySelector(".sheet-foot .btn-main, .sheet-foot button");
    return [...dialog.querySelectorAll(".sheet-body :is(" + fields + ")")].find((one) => one.checkVisibility?.() !== false) || foot;
  }

  // A line that says what was done, and goes by itself; it never covers the note that can be undone. A deed that has
  // a way back brings its address, and the line stays for ten seconds with a button that goes there.
  say({ words, undo, undoWords, values, until = Date.now() + (undo ? 10000 : 4000) }) {
    const place = document.getElementById("toast");
    if (undo) keep({ words, undo, undoWords, values, until });
    if (!words || !place || place.querySelector("[data-controller=undo]")) return;
    const line = document.createElement("div");
    line.className = "undo";
    line.append(words);
    if (undo) line.append(this.back(line, undo, undoWords, values));
    place.replaceChildren(line);
    setTimeout(() => line.remove(), until - Date.now());
  }

  // 'Send and next' leads to another page: what can be taken back goes along for the rest of its ten seconds.
  again() {
    const place = document.getElementById("toast");
    const kept = place && !place.childElementCount && stored();
    if (kept && kept.until > Date.now() + 500) this.say(kept);
  }

  back(line, address, words, values) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "btn btn-sm";
    button.textContent = words;
    button.addEventListener("click", () => {
      keep(null);
      line.remove();
      window.htmx.ajax("POST", address, { source: document.getElementById("main"), swap: "none", values: values || {} });
    });
    return button;
  }

  // A refusal that names its place on the page is shown there, whatever its status.
  notice(event) {
    if (event.detail.xhr.status < 400 || !event.detail.xhr.getResponseHeader("HX-Retarget")) return;
    event.detail.shouldSwap = true;
    event.detail.isError = false;
  }

  broken(event) {
    if (event.detail.xhr.status >= 500 && event.detail.xhr.status !== 503) {
      const note = document.getElementById("broken-note");
      if (note) document.getElementById("flashes")?.replaceChildren(note.content.cloneNode(true));
    }
  }
}

const STORE = "way-back";

function keep(toast) {
  try {
    if (toast) sessionStorage.setItem(STORE, JSON.stringify(toast));
    else sessionStorage.removeItem(STORE);
  } catch { /* private windows may refuse; then it stays on this page */ }
}

function stored() {
  try { return JSON.parse(sessionStorage.getItem(STORE)); } catch { return null; }
}
