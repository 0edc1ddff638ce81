// A form of the portal keeps what is typed as a draft does, and besides: sent words are forgotten here as soon as they
// have arrived, what a chosen topic asks is filled in again, and text fields grow with their text.
import DraftController from "./draft.js";

export default class extends DraftController {
  connect() {
    super.connect();
    this.element.addEventListener("htmx:beforeRequest", (event) => this.departing(event));
    this.element.addEventListener("htmx:afterRequest", (event) => this.arrived(event));
    this.element.addEventListener("htmx:afterSettle", (event) => this.settled(event));
    this.element.addEventListener("input", (event) => this.grow(event.target));
    this.element.querySelectorAll("[data-grows]").forEach((field) => this.grow(field));
  }

  // While a report is on its way nothing may be saved behind it: the draft would come back to life.
  departing(event) {
    if (event.target !== this.element) return;
    clearTimeout(this.timer);
    this.dirty = false;
    this.onItsWay = true;
  }

  change() {
    if (!this.onItsWay) super.change();
  }

  arrived(event) {
    if (event.target !== this.element) return;
    const status = event.detail.xhr.status;
    if (status >= 200 && status < 300) {
      try { localStorage.removeItem(this.store); } catch { /* private windows may refuse */ }
      return;
    }
    this.onItsWay = false;
    this.change();
  }

  // A draft came back: let the topic ask its questions, and look for answers to the words. htmx begins to listen only
  // when the whole page is there.
  ask() {
    if (document.readyState !== "complete") {
      window.addEventListener("load", () => this.ask(), { once: true });
      return;
    }
    this.dispatch("ready");
    const topic = this.element.querySelector("select[name=category]");
    if (topic?.value && !this.element.querySelector("#questions").childElementCount) {
      topic.closest("details")?.setAttribute("open", "");
      topic.dispatchEvent(new Event("change", { bubbles: true }));
    }
    this.element.querySelectorAll("[data-grows]").forEach((field) => this.grow(field));
  }

  settled(event) {
    if (event.detail.target?.id !== "questions") return;
    let kept = {};
    try { kept = JSON.parse(localStorage.getItem(this.store))?.content || {}; } catch { return; }
    for (const field of event.detail.target.querySelectorAll("[name]")) {
      if (kept[field.name] === undefined) continue;
      if (field.type === "radio") field.checked = field.value === kept[field.name];
      else if (!field.value) field.value = kept[field.name];
    }
  }

  grow(field) {
    if (!field.matches?.("[data-grows]") || CSS.supports("field-sizing", "content")) return;
    field.rows = Math.min(12, Math.max(Number(field.dataset.least || field.getAttribute("rows")), field.value.split("\n").length));
  }
}
