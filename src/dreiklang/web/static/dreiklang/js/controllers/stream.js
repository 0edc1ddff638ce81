// The conversation opens at its end, where the work is; a mark of the staff scrolls to its entry.
import { Controller } from "../../../vendor/stimulus.js";

export default class extends Controller {
  connect() {
    this.atEnd = !location.hash;
    this.follow();
    this.watch = new ResizeObserver(() => this.follow());
    this.watch.observe(this.element);
    this.watch.observe(this.element.firstElementChild);
    this.scrolled = () => {
      this.atEnd = this.element.scrollHeight - this.element.scrollTop - this.element.clientHeight < 40;
    };
    this.element.addEventListener("scroll", this.scrolled, { passive: true });
    this.goto = (event) => this.show(event.detail.entry);
    document.addEventListener("staff:goto", this.goto);
  }

  disconnect() {
    this.watch.disconnect();
    this.element.removeEventListener("scroll", this.scrolled);
    document.removeEventListener("staff:goto", this.goto);
  }

  // Whoever reads the end stays at the end, whatever grows above or below.
  follow() {
    if (this.atEnd) this.element.scrollTop = this.element.scrollHeight;
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
