// A sheet is a native dialog: Escape and the cross close it, a click beside it does not (typed text would be in danger).
import { Controller } from "../../../vendor/stimulus.js";

export default class extends Controller {
  connect() {
    this.opener = document.activeElement;
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
    this.opener?.focus?.();
    this.element.remove();
  }
}
