// Ctrl/Cmd-K: find a ticket, a person, a page or a command. The list comes from the server; arrows walk it, Enter goes.
import { Controller } from "../../../vendor/stimulus.js";

export default class extends Controller {
  connect() {
    this.open = () => this.show();
    document.body.addEventListener("desk:palette", this.open);
    this.clicked = (event) => {
      if (event.target.closest("[data-palette-open]")) {
        event.preventDefault();
        this.show();
      }
      if (event.target.closest("[data-dialog-open]")) {
        event.preventDefault();
        document.getElementById(event.target.closest("[data-dialog-open]").dataset.dialogOpen)?.showModal();
      }
    };
    document.addEventListener("click", this.clicked);
  }

  disconnect() {
    document.body.removeEventListener("desk:palette", this.open);
    document.removeEventListener("click", this.clicked);
  }

  get dialog() {
    return document.getElementById("palette");
  }

  show() {
    if (!this.dialog || this.dialog.open) return;
    this.dialog.showModal();
    const field = this.dialog.querySelector("input");
    field.select();
    if (!this.dialog.dataset.wired) this.wire(field);
    this.commands(field.value);
  }

  wire(field) {
    this.dialog.dataset.wired = "yes";
    field.addEventListener("input", () => this.commands(field.value));
    field.addEventListener("keydown", (event) => this.walk(event));
    this.dialog.addEventListener("click", (event) => { if (event.target === this.dialog) this.dialog.close(); });
  }

  // What the page behind can do right now: every button with a key, by its words.
  commands(query) {
    const list = this.dialog.querySelector("[data-palette-commands]");
    list.replaceChildren();
    const wanted = query.trim().toLowerCase();
    const seen = new Set();
    const sources = [...document.querySelectorAll("main [data-key], [data-key], [data-goto]")];
    sources.sort((a, b) => (b.closest("main") ? 1 : 0) - (a.closest("main") ? 1 : 0));
    for (const source of sources) {
      const words = (source.dataset.command || source.getAttribute("aria-label") || source.innerText || "").trim();
      if (!words || seen.has(words) || this.dialog.contains(source)) continue;
      if (wanted && !words.toLowerCase().includes(wanted)) continue;
      seen.add(words);
      if (seen.size > (wanted ? 8 : 7)) break;
      list.append(this.hit(words.split("\n")[0], source));
    }
    list.previousElementSibling.hidden = seen.size === 0;
  }

  hit(words, source) {
    const item = document.createElement("li");
    const button = document.createElement("button");
    button.type = "button";
    button.className = "menu-item palette-hit";
    button.textContent = words;
    const key = document.createElement("kbd");
    key.textContent = source.dataset.key || `g ${source.dataset.goto}`;
    button.append(key);
    button.addEventListener("click", () => { this.dialog.close(); source.click(); });
    item.append(button);
    return item;
  }

  walk(event) {
    const hits = [...this.dialog.querySelectorAll(".palette-hit")];
    const at = hits.findIndex((hit) => hit.getAttribute("aria-selected") === "true");
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      const next = hits[(at + (event.key === "ArrowDown" ? 1 : -1) + hits.length) % hits.length];
      hits.forEach((hit) => hit.setAttribute("aria-selected", String(hit === next)));
      next?.scrollIntoView({ block: "nearest" });
    } else if (event.key === "Enter") {
      event.preventDefault();
      (hits[at] || hits.find((hit) => hit.tagName === "A") || hits[0])?.click();
    }
  }
}
