// The conversation opens at its end, where the work is; a mark of the staff scrolls to its entry.
import { Controller } from "../../../vendor/stimulus.js";

export default class extends Controller {
  connect() {
    if (!location.hash) this.element.scrollTop = this.element.scrollHeight;
    this.goto = (event) => this.show(event.detail.entry);
    document.addEventListener("staff:goto", this.goto);
  }

  disconnect() {
    document.removeEventListener("staff:goto", this.goto);
  }

  show(id) {
    const entry = document.getElementById(id);
    if (!entry) return;
    this.element.querySelectorAll(".is-marked").forEach((marked) => marked.classList.remove("is-marked"));
    entry.classList.add("is-marked");
    entry.scrollIntoView({ block: "center" });
    entry.setAttribute("tabindex", "-1");
    entry.focus({ preventScroll: true });
  }
}
