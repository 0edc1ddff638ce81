// What an answer asks of the page: open a sheet that arrived, close it when its deed is done, say a line, take the focus.
import { Controller } from "../../../vendor/stimulus.js";

export default class extends Controller {
  connect() {
    this.settled = (event) => this.arrive(event);
    this.failed = () => { document.getElementById("offline")?.removeAttribute("hidden"); };
    this.fine = () => { document.getElementById("offline")?.setAttribute("hidden", ""); };
    document.body.addEventListener("htmx:afterSettle", this.settled);
    document.body.addEventListener("htmx:sendError", this.failed);
    document.body.addEventListener("htmx:afterOnLoad", this.fine);
    this.closing = () => document.querySelector("#sheet dialog[open]")?.close();
    this.toast = (event) => this.say(event.detail.words);
    document.body.addEventListener("desk:close-sheet", this.closing);
    document.body.addEventListener("desk:toast", this.toast);
    document.body.addEventListener("htmx:responseError", (event) => this.broken(event));
  }

  disconnect() {
    document.body.removeEventListener("htmx:afterSettle", this.settled);
    document.body.removeEventListener("htmx:sendError", this.failed);
    document.body.removeEventListener("htmx:afterOnLoad", this.fine);
    document.body.removeEventListener("desk:close-sheet", this.closing);
    document.body.removeEventListener("desk:toast", this.toast);
  }

  arrive(event) {
    const place = event.detail.target || event.target;
    const dialog = place.matches?.("dialog") ? place : place.querySelector?.("dialog.sheet");
    if (dialog && !dialog.open) dialog.showModal();
    place.querySelector?.("[data-focus]")?.focus();
  }

  // A line that says what was done, and goes by itself; it never covers the note that can be undone.
  say(words) {
    const place = document.getElementById("toast");
    if (!words || !place || place.querySelector("[data-controller=undo]")) return;
    const line = document.createElement("div");
    line.className = "undo";
    line.textContent = words;
    place.replaceChildren(line);
    setTimeout(() => line.remove(), 4000);
  }

  broken(event) {
    if (event.detail.xhr.status >= 500 && event.detail.xhr.status !== 503) {
      const note = document.getElementById("broken-note");
      if (note) document.getElementById("flashes")?.replaceChildren(note.content.cloneNode(true));
    }
  }
}
