// Opens what arrives: a dialog swapped in by htmx is shown at once; answers may ask for a focus or a page title.
import { Controller } from "../../../vendor/stimulus.js";

export default class extends Controller {
  connect() {
    this.settled = (event) => this.arrive(event);
    this.failed = () => { document.getElementById("offline")?.removeAttribute("hidden"); };
    this.fine = () => { document.getElementById("offline")?.setAttribute("hidden", ""); };
    document.body.addEventListener("htmx:afterSettle", this.settled);
    document.body.addEventListener("htmx:sendError", this.failed);
    document.body.addEventListener("htmx:afterOnLoad", this.fine);
    document.body.addEventListener("htmx:responseError", (event) => this.broken(event));
  }

  disconnect() {
    document.body.removeEventListener("htmx:afterSettle", this.settled);
    document.body.removeEventListener("htmx:sendError", this.failed);
    document.body.removeEventListener("htmx:afterOnLoad", this.fine);
  }

  arrive(event) {
    const place = event.detail.target || event.target;
    const dialog = place.matches?.("dialog") ? place : place.querySelector?.("dialog.sheet");
    if (dialog && !dialog.open) dialog.showModal();
    place.querySelector?.("[data-focus]")?.focus();
  }

  broken(event) {
    if (event.detail.xhr.status >= 500 && event.detail.xhr.status !== 503) {
      const note = document.getElementById("broken-note");
      if (note) document.getElementById("flashes")?.replaceChildren(note.content.cloneNode(true));
    }
  }
}
