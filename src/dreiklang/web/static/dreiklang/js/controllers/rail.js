// On small screens the rail folds into one bar; the button opens it.
import { Controller } from "../../../vendor/stimulus.js";

export default class extends Controller {
  static targets = ["button"];

  toggle() {
    const open = this.element.closest(".rail").classList.toggle("is-open");
    this.buttonTarget.setAttribute("aria-expanded", String(open));
  }
}
