// What is offered while one types: @@ a colleague, :: a text block. A list one walks with the arrows and takes with Enter
// or Tab; Escape closes it and leaves what was typed.
import { Controller } from "../../../vendor/stimulus.js";

const SIGNS = /(@@|::)([\p{L}\p{N}._-]{0,30})$/u;

export default class extends Controller {
  static targets = ["list"];
  static values = { colleagues: String, blocks: String };

  connect() {
    this.typed = (event) => this.look(event.target);
    this.pressed = (event) => this.key(event);
    this.element.addEventListener("input", this.typed);
    this.element.addEventListener("keydown", this.pressed, true);
  }

  disconnect() {
    this.element.removeEventListener("input", this.typed);
    this.element.removeEventListener("keydown", this.pressed, true);
  }

  // The field that is written in: the rich one, or the plain one.
  get field() {
    return this.element.querySelector("[data-writes]:not([hidden])") || this.element.querySelector("textarea:not([hidden])");
  }

  get rich() {
    const element = this.element.querySelector("[data-controller~=rich]");
    return element && this.application.getControllerForElementAndIdentifier(element, "rich");
  }

  before() {
    if (this.rich) return this.rich.before(33);
    const field = this.field;
    return field ? field.value.slice(Math.max(0, field.selectionStart - 33), field.selectionStart) : "";
  }

  async look() {
    const found = SIGNS.exec(this.before());
    const address = found && (found[1] === "@@" ? this.colleaguesValue : this.blocksValue);
    if (!address) { this.close(); return; }
    this.length = found[0].length;
    const asked = this.asked = (this.asked || 0) + 1;
    let hits;
    try {
      const answer = await fetch(`${address}${address.includes("?") ? "&" : "?"}q=${encodeURIComponent(found[2])}`, { credentials: "same-origin", headers: { Accept: "application/json" } });
      if (!answer.ok || asked !== this.asked) return;
      const told = await answer.json();
      hits = found[1] === "@@"
        ? told.colleagues.map((one) => ({ name: one.name, hint: "", text: `@${one.name} ` }))
        : told.blocks;
    } catch { return; }
    this.show(hits);
  }

  show(hits) {
    this.hits = hits;
    if (!hits.length) { this.close(); return; }
    this.listTarget.replaceChildren(...hits.map((hit, index) => this.option(hit, index)));
    this.listTarget.hidden = false;
    this.choose(0);
  }

  option(hit, index) {
    const option = document.createElement("li");
    option.className = "suggest-option";
    option.id = `${this.listTarget.id}-${index}`;
    option.setAttribute("role", "option");
    const name = document.createElement("strong");
    name.textContent = hit.name;
    option.append(name);
    if (hit.hint) {
      const hint = document.createElement("span");
      hint.className = "suggest-hint";
      hint.textContent = hit.hint;
      option.append(hint);
    }
    option.addEventListener("mousedown", (event) => { event.preventDefault(); this.take(index); });
    return option;
  }

  choose(index) {
    this.at = index;
    [...this.listTarget.children].forEach((option, n) => option.setAttribute("aria-selected", String(n === index)));
    this.listTarget.children[index]?.scrollIntoView({ block: "nearest" });
    this.field?.setAttribute("aria-controls", this.listTarget.id);
    this.field?.setAttribute("aria-activedescendant", `${this.listTarget.id}-${index}`);
  }

  key(event) {
    if (this.listTarget.hidden) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) this.choose((this.at + step + this.hits.length) % this.hits.length);
    else if ((event.key === "Enter" || event.key === "Tab") && !event.ctrlKey && !event.metaKey && !event.shiftKey) this.take(this.at);
    else if (event.key === "Escape") this.close();
    else return;
    event.preventDefault();
    event.stopImmediatePropagation();
  }

  take(index) {
    const hit = this.hits[index];
    this.close();
    if (this.rich) {
      this.rich.replace(this.length, hit.text);
      return;
    }
    const field = this.field;
    const at = field.selectionStart;
    field.setRangeText(hit.text, at - this.length, at, "end");
    field.dispatchEvent(new Event("input", { bubbles: true }));
    field.focus();
  }

  close() {
    this.asked = (this.asked || 0) + 1;
    this.listTarget.hidden = true;
    this.listTarget.replaceChildren();
    this.field?.removeAttribute("aria-activedescendant");
  }
}
