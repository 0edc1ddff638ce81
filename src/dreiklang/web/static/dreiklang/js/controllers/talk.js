// A chat at the desk: Enter sends, the end of the talk stays in sight, and each side sees that the other types.
import { Controller } from "../../../vendor/stimulus.js";

export default class extends Controller {
  static targets = ["scroll", "text", "typing"];
  static values = { id: Number, typing: String };

  connect() {
    this.toEnd = () => { this.scrollTarget.scrollTop = this.scrollTarget.scrollHeight; };
    this.toEnd();
    this.grows = new MutationObserver(this.toEnd);
    this.grows.observe(this.scrollTarget, { childList: true, subtree: true });
    this.heard = (event) => { if (event.detail.id === this.idValue) this.show(); };
    document.addEventListener("live:typing", this.heard);
  }

  disconnect() {
    this.grows.disconnect();
    clearTimeout(this.until);
    document.removeEventListener("live:typing", this.heard);
  }

  key(event) {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    event.target.form.requestSubmit();
  }

  // Told at most every three seconds, and kept nowhere.
  types(event) {
    if (Date.now() - (this.told || 0) < 3000) return;
    this.told = Date.now();
    const token = event.target.form.elements.csrfmiddlewaretoken.value;
    fetch(this.typingValue, { method: "POST", headers: { "X-CSRFToken": token }, credentials: "same-origin" }).catch(() => {});
  }

  show() {
    this.typingTarget.textContent = this.typingTarget.dataset.words;
    clearTimeout(this.until);
    this.until = setTimeout(() => { this.typingTarget.textContent = ""; }, 4000);
  }
}
