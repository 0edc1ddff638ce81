// Single keys of the desk. An element says with data-key which key presses it, so the sheet under "?" is never wrong.
// Off while somebody types, while a modifier is held, while a sheet is open, and when the person switched them off.
import { Controller } from "../../../vendor/stimulus.js";

const TYPING = "input, textarea, select, [contenteditable=true], iframe";

export default class extends Controller {
  static values = { single: Boolean, map: Object };

  connect() {
    this.pressed = (event) => this.press(event);
    document.addEventListener("keydown", this.pressed);
    this.prefix = "";
    this.swapped = (event) => this.relabel(event.target);
    document.addEventListener("htmx:afterSettle", this.swapped);
    this.relabel(document);
  }

  disconnect() {
    document.removeEventListener("htmx:afterSettle", this.swapped);
    document.removeEventListener("keydown", this.pressed);
  }

  press(event) {
    if (event.defaultPrevented || event.isComposing) return;
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
      event.preventDefault();
      this.dispatch("palette", { target: document.body, prefix: "desk" });
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (!this.singleValue || event.target.closest?.(TYPING) || document.querySelector("dialog[open]")) return;
    const target = this.find(this.own(event.key));
    if (!target) return;
    event.preventDefault();
    this.act(target);
  }

  // A key the person chose stands for the one it replaces.
  own(key) {
    return Object.hasOwn(this.mapValue, key) ? this.mapValue[key] : key;
  }

  // What stands on the buttons is the key as the person has it.
  relabel(place) {
    const own = Object.fromEntries(Object.entries(this.mapValue).filter(([, usual]) => usual).map(([key, usual]) => [usual, key]));
    if (!Object.keys(own).length) return;
    for (const element of place.querySelectorAll?.("[data-key] kbd") || []) {
      const usual = element.closest("[data-key]").dataset.key;
      if (own[usual] && element.textContent === usual) element.textContent = own[usual];
    }
  }

  find(key) {
    if (!key) return null;
    if (this.prefix === "g") {
      this.prefix = "";
      return this.visible(`[data-goto="${CSS.escape(key)}"]`);
    }
    if (key === "g") {
      this.prefix = "g";
      clearTimeout(this.forget);
      this.forget = setTimeout(() => { this.prefix = ""; }, 1500);
      return null;
    }
    if (key === "/") return this.visible("[data-key='/']") || this.visible("[data-palette-open]");
    return this.visible(`[data-key="${CSS.escape(key)}"]`);
  }

  visible(selector) {
    return [...document.querySelectorAll(selector)].find((element) => element.dataset.keyHidden !== undefined
      || element.checkVisibility?.() !== false);
  }

  act(element) {
    if (element.dataset.keyFocus) document.querySelector(element.dataset.keyFocus)?.focus();
    element.click();
  }
}
