// What is offered while one types: @@ a colleague, :: a text block, ?? an article (at the beginning of a word: doubt is
// written behind one); in a line of conditions how they could go on. A list
// one walks with the arrows and takes with Enter or Tab; Escape closes it and leaves what was typed.
import { Controller } from "../../../vendor/stimulus.js";

const SIGNS = /(@@|::|(?<=^|\s)\?\?)([\p{L}\p{N}._-]{0,30})$/u;
const KINDS = { "@@": "colleagues", "::": "blocks", "??": "articles" };

export default class extends Controller {
  static targets = ["list"];
  static values = { colleagues: String, blocks: String, articles: String, conditions: String };

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
    return this.element.querySelector("[data-writes]:not([hidden])") || this.element.querySelector("textarea:not([hidden]), input[type=search]");
  }

  get rich() {
    const element = this.element.querySelector("[data-controller~=rich]");
    return element && this.application.getControllerForElementAndIdentifier(element, "rich");
  }

  before(letters = 33) {
    if (this.rich) return this.rich.before(letters);
    const field = this.field;
    return field ? field.value.slice(Math.max(0, field.selectionStart - letters), field.selectionStart) : "";
  }

  async look() {
    if (this.conditionsValue) { await this.conditions(); return; }
    const found = SIGNS.exec(this.before());
    const kind = found && KINDS[found[1]];
    const address = kind && this[`${kind}Value`];
    if (!address) { this.close(); return; }
    this.length = found[0].length;
    const asked = this.asked = (this.asked || 0) + 1;
    let hits;
    try {
      const answer = await fetch(`${address}${address.includes("?") ? "&" : "?"}q=${encodeURIComponent(found[2])}`, { credentials: "same-origin", headers: { Accept: "application/json" } });
      if (!answer.ok || asked !== this.asked) return;
      const told = await answer.json();
      hits = kind === "colleagues" ? told.colleagues.map((one) => ({ name: one.name, hint: "", text: `@${one.name} ` })) : told[kind];
    } catch { return; }
    this.show(hits);
  }

  // Words that are searched for are no condition: nothing is chosen until the arrows choose, and Enter sends them.
  async conditions() {
    const asked = this.asked = (this.asked || 0) + 1;
    try {
      const answer = await fetch(`${this.conditionsValue}?q=${encodeURIComponent(this.before(200))}`, { credentials: "same-origin", headers: { Accept: "application/json" } });
      if (!answer.ok || asked !== this.asked) return;
      const told = await answer.json();
      this.length = told.length;
      this.show(told.offers.map((one) => ({ name: one.text, hint: one.hint, text: one.text.endsWith(":") ? one.text : `${one.text} ` })), -1);
    } catch { /* without an answer one types on */ }
  }

  show(hits, at = 0) {
    this.hits = hits;
    if (!hits.length) { this.close(); return; }
    this.listTarget.replaceChildren(...hits.map((hit, index) => this.option(hit, index)));
    this.listTarget.hidden = false;
    this.choose(at);
  }

  option(hit, index) {
    const option = document.createElement("li");
    option.className = "suggest-option";
    option.id = `${this.listTarget.id}-${index}`;
    option.setAttribute("role", "option");
    if (!hit.text) option.setAttribute("aria-disabled", "true");
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
    if (index < 0) this.field?.removeAttribute("aria-activedescendant");
    else this.field?.setAttribute("aria-activedescendant", `${this.listTarget.id}-${index}`);
  }

  key(event) {
    if (this.listTarget.hidden) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) this.choose(this.at < 0 && step < 0 ? this.hits.length - 1 : (this.at + step + this.hits.length) % this.hits.length);
    else if (event.key === "Enter" && this.at < 0) { this.close(); return; }
    else if ((event.key === "Enter" || event.key === "Tab") && !event.ctrlKey && !event.metaKey && !event.shiftKey) this.take(Math.max(0, this.at));
    else if (event.key === "Escape") this.close();
    else return;
    event.preventDefault();
    event.stopImmediatePropagation();
  }

  take(index) {
    const hit = this.hits[index];
    if (!hit.text) return;
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
