// The gate of a handover counts down while one types: in its heading, on the button, at each field. The button stays
// focusable and leads to the first gap; only the server decides whether the handover is complete.
import { Controller } from "../../../vendor/stimulus.js";

export default class extends Controller {
  static targets = ["needed", "count", "head", "button", "badge", "box", "reason"];
  static values = { some: String, one: String, none: String, badge: String };

  connect() {
    this.count();
  }

  // A step counts with what came of it; the gate says how many there must be.
  filled(holder) {
    const steps = holder.querySelector("[data-steps]");
    if (steps) {
      const told = [...steps.children].filter((row) => [...row.querySelectorAll("input")].every((f) => f.value.trim() !== ""));
      return told.length >= Number(steps.dataset.minimum);
    }
    const fields = [...holder.querySelectorAll("input, textarea, select")];
    return fields.some((f) => (["checkbox", "radio"].includes(f.type) ? f.checked : f.value.trim() !== ""));
  }

  count() {
    let missing = 0;
    for (const holder of this.neededTargets) {
      const done = this.filled(holder);
      missing += done ? 0 : 1;
      holder.querySelector("[data-done]")?.toggleAttribute("hidden", !done);
      holder.querySelector("[data-missing]")?.toggleAttribute("hidden", done);
      holder.querySelectorAll("input, textarea, select").forEach((f) => f.classList.toggle("is-missing", !done));
    }
    const at_once = this.hasReasonTarget && !this.reasonTarget.hidden;
    const open = at_once ? (this.filled(this.reasonTarget) ? 0 : 1) : missing;
    const words = missing === 0 ? this.noneValue : missing === 1 ? this.oneValue : this.someValue;
    if (this.hasHeadTarget) this.headTarget.textContent = words.replace("{n}", missing);
    if (this.hasBoxTarget) this.boxTarget.classList.toggle("is-complete", missing === 0);
    this.buttonTargets.forEach((button) => button.setAttribute("aria-disabled", String(open > 0)));
    this.badgeTargets.forEach((badge) => {
      badge.hidden = open === 0;
      badge.textContent = this.badgeValue.replace("{n}", open);
    });
    this.open = open;
  }

  toggleReason() {
    this.reasonTarget.hidden = !this.reasonTarget.hidden;
    const field = this.reasonTarget.querySelector("textarea, input");
    if (!this.reasonTarget.hidden) field.focus();
    else field.value = "";
    this.count();
  }

  send(event) {
    this.count();
    if (!this.open) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    const holders = this.hasReasonTarget && !this.reasonTarget.hidden ? [this.reasonTarget] : this.neededTargets;
    const gap = holders.find((holder) => !this.filled(holder));
    if (gap?.hasAttribute("data-needs-reason")) this.toggleReason();
    else gap?.querySelector("input, textarea, select")?.focus();
  }

  addStep(event) {
    event.preventDefault();
    const rows = this.element.querySelector("[data-steps]");
    const fresh = rows.lastElementChild.cloneNode(true);
    fresh.querySelectorAll("input").forEach((field) => { field.value = ""; });
    rows.append(fresh);
    fresh.querySelector("input").focus();
  }
}
