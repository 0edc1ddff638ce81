// A sheet is a native dialog: Escape and the cross close it, a click beside it does not (typed text would be in danger).
// The focus goes back to whatever opened it, also if that was drawn anew meanwhile.
import { Controller } from "../../../vendor/stimulus.js";
import { backTo, keepsake } from "../focus.js";

export default class extends Controller {
  connect() {
    const opener = document.activeElement;
    if (opener && opener !== document.body && !this.element.contains(opener)) this.constructor.opener = keepsake(opener);
    if (!this.element.open) this.element.showModal();
    this.closed = () => this.leave();
    this.element.addEventListener("close", this.closed);
  }

  disconnect() {
    this.element.removeEventListener("close", this.closed);
  }

  close(event) {
    event?.preventDefault();
    this.element.close();
  }

  leave() {
    this.element.remove();
    if (!backTo(this.constructor.opener)) document.getElementById("main")?.focus({ preventScroll: true });
  }
}
