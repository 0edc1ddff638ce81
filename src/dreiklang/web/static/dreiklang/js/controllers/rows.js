// The worklist under the keys: j and k move, o and Enter open, x picks. The place is kept when the list is refreshed.
import { Controller } from "../../../vendor/stimulus.js";

export default class extends Controller {
  static targets = ["note"];
  get links() {
    return [...this.element.querySelectorAll(".row-open")];
  }

  get at() {
    const focused = this.links.indexOf(document.activeElement);
    if (focused >= 0) return focused;
    return this.links.findIndex((link) => link.closest(".row-ticket").classList.contains("is-selected"));
  }

  move(step) {
    const links = this.links;
    if (!links.length) return;
    const next = links[Math.max(0, Math.min(links.length - 1, this.at + step))];
    next.focus();
    next.closest(".row-ticket").scrollIntoView({ block: "nearest" });
  }

  next() { this.move(1); }

  previous() { this.move(-1); }

  open() {
    this.links[Math.max(0, this.at)]?.click();
  }

  pick() {
    const row = this.links[Math.max(0, this.at)]?.closest(".row-ticket");
    const box = row?.querySelector("input.pick-box");
    if (box) box.click();
  }

  // The rows are asked for anew: say which ticket was opened meanwhile, so that its row comes back marked.
  asked(event) {
    if (event.target !== event.currentTarget) return;
    const open = this.element.querySelector(".row-ticket.is-selected .pick-box")?.value;
    if (open) event.detail.parameters.open = open;
  }

  // A ticket was opened: mark its row at once, without waiting for the page.
  opened(event) {
    this.element.querySelectorAll(".row-ticket.is-selected").forEach((row) => row.classList.remove("is-selected"));
    const row = event.target.closest(".row-ticket");
    row?.classList.add("is-selected");
    row?.classList.remove("is-unread");
    document.querySelector(".shell")?.classList.add("has-ticket");
  }
}
