// Ctrl/Cmd-K: find a ticket, a person, a page, a setting or a command. What the desk knows comes from the server, what
// this page can do is read from the page. Arrows walk, Enter goes, Tab takes a completion; the focus stays in the line.
import { Controller } from "../../../vendor/stimulus.js";

const SOURCES = "[data-key], [data-goto], [data-command], .rail-link, .menu-item";

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

  get field() {
    return this.dialog.querySelector("input");
  }

  get hits() {
    return [...this.dialog.querySelectorAll(".palette-hit")];
  }

  show() {
    if (!this.dialog || this.dialog.open) return;
    this.dialog.showModal();
    this.field.select();
    if (!this.dialog.dataset.wired) this.wire();
    this.commands();
    this.field.dispatchEvent(new Event("palette:opened"));
  }

  wire() {
    this.dialog.dataset.wired = "yes";
    this.field.addEventListener("input", () => this.commands());
    this.field.addEventListener("keydown", (event) => this.walk(event));
    this.dialog.addEventListener("click", (event) => {
      const offer = event.target.closest("[data-complete]");
      if (offer) this.complete(offer);
      else if (event.target === this.dialog) this.dialog.close();
    });
    this.dialog.addEventListener("htmx:afterSettle", () => this.choose());
  }

  // What the page behind can do right now: every button with a key, every entry of its menus and of the rail.
  commands() {
    const place = this.dialog.querySelector("[data-palette-commands]");
    this.hits.filter((hit) => hit.parentElement === place).forEach((hit) => hit.remove());
    const wanted = this.field.value.trim().toLowerCase();
    const found = this.sources().filter(([words]) => !wanted || words.toLowerCase().includes(wanted));
    const begins = ([words]) => (wanted && words.toLowerCase().startsWith(wanted) ? 0 : 1);
    found.sort((a, b) => begins(a) - begins(b));
    found.slice(0, wanted ? 5 : 8).forEach(([words, source], index) => place.append(this.hit(words, source, index)));
    place.hidden = found.length === 0;
    const results = place.parentElement;
    if (wanted && found.length) results.prepend(place);
    else results.append(place);
    this.choose();
  }

  sources() {
    const all = [...document.querySelectorAll(SOURCES)].filter((source) => !source.closest("dialog, #palette"));
    const weight = (source) => (source.closest("main") ? 0 : 2) + (source.dataset.key || source.dataset.goto ? 0 : 1);
    all.sort((a, b) => weight(a) - weight(b));
    const seen = new Map();
    for (const source of all) {
      const words = (source.dataset.command || source.getAttribute("aria-label") || this.wordsOf(source)).trim();
      if (words && !source.disabled && !seen.has(words)) seen.set(words, source);
    }
    return [...seen];
  }

  // The words of a button without its key and without a count.
  wordsOf(source) {
    const copy = source.cloneNode(true);
    copy.querySelectorAll("kbd, svg, .rail-count, .visually-hidden, .level-badge, .meta").forEach((part) => part.remove());
    return copy.textContent.replace(/\s+/g, " ");
  }

  hit(words, source, index) {
    const option = document.createElement("div");
    option.className = "palette-hit";
    option.id = `palette-command-${index}`;
    option.setAttribute("role", "option");
    option.setAttribute("aria-selected", "false");
    const name = document.createElement("span");
    name.className = "palette-name";
    name.textContent = words;
    option.append(name);
    const pressed = source.dataset.key ? this.own(source.dataset.key) : source.dataset.goto && `g ${source.dataset.goto}`;
    if (pressed && this.singleKeys) {
      const key = document.createElement("kbd");
      key.textContent = pressed;
      option.append(key);
    }
    option.addEventListener("click", () => { this.dialog.close(); source.click(); });
    return option;
  }

  get singleKeys() {
    return document.body.dataset.keysSingleValue === "true";
  }

  // A key as the person has it.
  own(usual) {
    const map = JSON.parse(document.body.dataset.keysMapValue || "{}");
    return Object.keys(map).find((key) => map[key] === usual) || usual;
  }

  complete(offer) {
    this.field.value = offer.dataset.complete;
    this.field.focus();
    this.field.dispatchEvent(new Event("input", { bubbles: true }));
  }

  // The one that Enter would take is always marked: of a condition that is being typed none, else the first.
  choose(hit = this.field.value.trim() ? this.hits.find((one) => !one.dataset.complete) : null) {
    for (const one of this.hits) one.setAttribute("aria-selected", String(one === hit));
    if (hit) this.field.setAttribute("aria-activedescendant", hit.id);
    else this.field.removeAttribute("aria-activedescendant");
  }

  walk(event) {
    const hits = this.hits;
    const at = hits.findIndex((hit) => hit.getAttribute("aria-selected") === "true");
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const offer = this.dialog.querySelector("[data-complete]");
    if (step && hits.length) {
      const next = hits[at < 0 && step < 0 ? hits.length - 1 : (at + step + hits.length) % hits.length];
      this.choose(next);
      next.scrollIntoView({ block: "nearest" });
    } else if (event.key === "Tab" && !event.shiftKey && offer) {
      this.complete(hits[at]?.dataset.complete ? hits[at] : offer);
    } else if (event.key === "Escape") {
      this.dialog.close();  // a search field would only empty itself
    } else if (event.key === "Enter") {
      this.take(hits[at]);
    } else {
      return;
    }
    event.preventDefault();
  }

  // Whoever types faster than the desk answers gets everything with those words, never what stood there before.
  take(hit) {
    const words = this.field.value.trim();
    const answered = this.dialog.querySelector("[data-palette-words]")?.dataset.paletteWords;
    if (hit && (hit.closest("[data-palette-commands]") || answered === words)) hit.click();
    else if (words) location.assign(`${this.dialog.dataset.search}?q=${encodeURIComponent(words)}`);
  }
}
