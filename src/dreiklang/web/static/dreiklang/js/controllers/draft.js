// Never lose typed text: every pause saves to the server, every key to this browser. After a crash or a log-out the
// newer of the two comes back. The server's copy is dropped by the command that uses the text, ours when a form is sent.
import { Controller } from "../../../vendor/stimulus.js";

export default class extends Controller {
  static targets = ["saved"];
  static values = { url: String, key: String, savedAt: Number, pause: { type: Number, default: 900 } };

  connect() {
    this.typed = (event) => { if (!event.target.closest("[data-no-draft]")) this.change(); };
    this.element.addEventListener("input", this.typed);
    this.element.addEventListener("htmx:afterRequest", (event) => this.sent(event));
    this.leaving = () => this.flush();
    window.addEventListener("pagehide", this.leaving);
    this.restore();
  }

  disconnect() {
    this.flush();
    this.element.removeEventListener("input", this.typed);
    window.removeEventListener("pagehide", this.leaving);
  }

  get store() {
    return `draft:${this.keyValue}`;
  }

  content() {
    const kept = {};
    for (const field of this.element.elements) {
      if (!this.keeps(field) || (["checkbox", "radio"].includes(field.type) && !field.checked)) continue;
      kept[field.name] = kept[field.name] === undefined ? field.value : [].concat(kept[field.name], field.value);
    }
    return kept;
  }

  // What the server put into the form (tokens, versions) and files are no draft.
  keeps(field) {
    return field.name && !["hidden", "file", "submit", "button"].includes(field.type);
  }

  change() {
    this.dirty = true;
    this.keep();
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), this.pauseValue);
    this.dispatch("changed");
  }

  keep() {
    try {
      localStorage.setItem(this.store, JSON.stringify({ at: Date.now(), content: this.content() }));
    } catch { /* private windows may refuse; the server still keeps it */ }
  }

  restore() {
    let kept;
    try { kept = JSON.parse(localStorage.getItem(this.store)); } catch { return; }
    if (!kept || kept.at <= this.savedAtValue) return;
    for (const [name, value] of Object.entries(kept.content)) {
      const values = [].concat(value);
      this.element.querySelectorAll(`[name="${CSS.escape(name)}"]`).forEach((field, index) => {
        if (["checkbox", "radio"].includes(field.type)) field.checked = values.includes(field.value);
        else if (this.keeps(field) && values[index] !== undefined) field.value = values[index];
      });
    }
    this.element.dispatchEvent(new Event("input", { bubbles: true }));
    this.dispatch("restored");
  }

  body() {
    const body = new FormData();
    body.set("content", JSON.stringify(this.content()));
    return body;
  }

  async save() {
    if (!this.dirty || !this.urlValue) return;
    this.dirty = false;
    try {
      const answer = await fetch(this.urlValue, {
        method: "POST", body: this.body(), headers: { "X-CSRFToken": token() }, credentials: "same-origin",
      });
      if (!answer.ok) throw new Error(String(answer.status));
      if (this.hasSavedTarget) this.savedTarget.textContent = await answer.text();
    } catch {
      this.dirty = true;
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.save(), 8000);
      if (this.hasSavedTarget) this.savedTarget.textContent = this.savedTarget.dataset.local || "";
    }
  }

  flush() {
    if (!this.dirty || !this.urlValue) return;
    clearTimeout(this.timer);
    this.dirty = false;
    fetch(this.urlValue, {
      method: "POST", body: this.body(), headers: { "X-CSRFToken": token() }, keepalive: true,
    }).catch(() => {});
  }

  sent(event) {
    if (event.target !== this.element || !(event.detail.xhr?.status < 400)) return; // a refusal keeps what was typed
    clearTimeout(this.timer);
    this.dirty = false;
    try { localStorage.removeItem(this.store); } catch { /* as above */ }
  }
}

function token() {
  return JSON.parse(document.body.getAttribute("hx-headers") || "{}")["X-CSRFToken"] || "";
}
