// Several tickets at once: shows the bar with what can be done to all picked ones. Shift picks a range; what was picked
// stays picked when the list loads itself anew.
import { Controller } from "../../../vendor/stimulus.js";

export default class extends Controller {
  static targets = ["bar", "count", "box"];

  initialize() {
    this.picked = new Set();
  }

  boxTargetConnected(box) {
    if (!this.picked.has(box.value)) return;
    box.checked = true;
    this.mark(box);
  }

  // What a narrowed list does not show any more is not meant any more either.
  boxTargetDisconnected() {
    cancelAnimationFrame(this.soon);
    this.soon = requestAnimationFrame(() => {
      const shown = new Set(this.boxTargets.map((box) => box.value));
      for (const value of this.picked) if (!shown.has(value)) this.picked.delete(value);
      this.show();
    });
  }

  change(event) {
    for (const box of this.boxTargets) {
      if (box.checked) this.picked.add(box.value);
      else this.picked.delete(box.value);
      this.mark(box);
    }
    if (event?.target.matches?.(".pick-box")) this.last = event.target.value;
    this.show();
  }

  // A click with Shift picks everything between the last one and this one.
  range(event) {
    if (!event.shiftKey || !this.last) return;
    const boxes = this.boxTargets;
    const [from, to] = [boxes.findIndex((box) => box.value === this.last), boxes.indexOf(event.target)].sort((a, b) => a - b);
    if (from < 0) return;
    boxes.slice(from, to + 1).forEach((box) => { box.checked = event.target.checked; });
    this.change();
  }

  mark(box) {
    box.closest(".row-ticket")?.classList.toggle("is-picked", box.checked);
  }

  show() {
    if (!this.hasBarTarget) return;
    this.barTarget.hidden = this.picked.size === 0;
    this.countTarget.textContent = String(this.picked.size);
  }

  none() {
    this.boxTargets.forEach((box) => { box.checked = false; });
    this.picked.clear();
    this.change();
  }
}
