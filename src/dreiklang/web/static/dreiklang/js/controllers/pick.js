// A list in a sheet whose entries bear a key: pressing it takes the entry, arrows walk, Enter takes.
import { Controller } from "../../../vendor/stimulus.js";

export default class extends Controller {
  connect() {
    this.pressed = (event) => this.press(event);
    this.element.addEventListener("keydown", this.pressed);
    requestAnimationFrame(() => this.entries[0]?.focus());
  }

  disconnect() {
    this.element.removeEventListener("keydown", this.pressed);
  }

  get entries() {
    return [...this.element.querySelectorAll(".routine-list a")];
  }

  press(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.matches("input, textarea, select")) return;
    const entries = this.entries;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const at = entries.indexOf(document.activeElement);
    const hit = step ? entries[(at + step + entries.length) % entries.length] : entries.find((entry) => entry.dataset.pick === event.key);
    if (!hit) return;
    event.preventDefault();
    if (step) hit.focus();
    else hit.click();
  }
}
