// What goes outside waits ten seconds; this note counts them and can call it back.
import { Controller } from "../../../vendor/stimulus.js";

export default class extends Controller {
  static targets = ["seconds"];
  static values = { until: Number };

  connect() {
    this.timer = setInterval(() => this.tick(), 500);
    this.tick();
  }

  disconnect() {
    clearInterval(this.timer);
  }

  gone() {
    setTimeout(() => this.element.remove(), 0);
  }

  tick() {
    const left = Math.ceil((this.untilValue - Date.now()) / 1000);
    if (left <= 0) this.element.remove();
    else this.secondsTarget.textContent = String(left);
  }
}
