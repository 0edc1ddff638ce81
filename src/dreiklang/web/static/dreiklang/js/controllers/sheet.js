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
    this.pressed = (event) => this.press(event);
    this.element.addEventListener("keydown", this.pressed);
    this.element.addEventListener("close", this.closed);
  }

  disconnect() {
    this.element.removeEventListener("close", this.closed);
    this.element.removeEventListener("keydown", this.pressed);
  }

  // Ctrl/Cmd-Enter presses the button that does what the sheet is for, from wherever one writes.
  press(event) {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    const foot = this.element.querySelector(".sheet-foot .btn-main[type=submit]") || [...this.element.querySelectorAll(".sheet-foot button[type=submit]")].at(-1);
    if (!foot) return;
    event.preventDefault();
    foot.click();
  }

  // Something was chosen: what is still on its way to offer other things comes too late.
  chose(event) {
    const search = event.currentTarget.parentElement.querySelector("input[type=search]");
    if (search) window.htmx.trigger(search, "htmx:abort");
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
