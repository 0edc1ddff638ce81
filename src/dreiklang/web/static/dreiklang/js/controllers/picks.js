// Several tickets at once: shows the bar with what can be done to all picked ones.
import { Controller } from "../../../vendor/stimulus.js";

export default class extends Controller {
  static targets = ["bar", "count", "box"];

  change() {
    const picked = this.boxTargets.filter((box) => box.checked);
    this.boxTargets.forEach((box) => box.closest(".row-ticket")?.classList.toggle("is-picked", box.checked));
    this.barTarget.hidden = picked.length === 0;
    this.countTarget.textContent = String(picked.length);
  }

  none() {
    this.boxTargets.forEach((box) => { box.checked = false; });
    this.change();
  }
}
