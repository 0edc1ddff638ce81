// Steps of an article to be ticked while one works: kept in this browser for this text, until one begins anew.
import { Controller } from "../../../vendor/stimulus.js";

export default class extends Controller {
  static targets = ["count", "bar"];
  static values = { key: String };

  connect() {
    this.boxes = [...this.element.querySelectorAll(".article-step input")];
    if (!this.boxes.length) return;
    const done = this.kept();
    this.boxes.forEach((box, index) => {
      if (index in done) box.checked = done[index];
      box.addEventListener("change", () => this.keep());
    });
    this.barTarget.hidden = false;
    this.show();
  }

  kept() {
    try {
      return JSON.parse(localStorage.getItem(this.keyValue)) || {};
    } catch {
      return {};
    }
  }

  keep() {
    try {
      localStorage.setItem(this.keyValue, JSON.stringify(this.boxes.map((box) => box.checked)));
    } catch {
      // a browser that keeps nothing still shows what is ticked
    }
    this.show();
  }

  anew() {
    for (const box of this.boxes) box.checked = false;
    this.keep();
  }

  show() {
    this.countTarget.textContent = `${this.boxes.filter((box) => box.checked).length} / ${this.boxes.length}`;
  }
}
