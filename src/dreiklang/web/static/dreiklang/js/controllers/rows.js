// The worklist under the keys: j and k move, o and Enter open, x picks. While somebody is in the list, changes of others
// move nothing: rows are renewed where they stand, what left is greyed, and a line says how many are new.
import { Controller } from "../../../vendor/stimulus.js";

export default class extends Controller {
  static targets = ["note", "place"];

  connect() {
    this.left = () => { clearTimeout(this.soon); this.soon = setTimeout(() => { if (this.late && !this.isInUse) this.refresh(); }, 800); };
    this.element.addEventListener("mouseleave", this.left);
  }

  disconnect() {
    clearTimeout(this.soon);
    this.element.removeEventListener("mouseleave", this.left);
  }

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

  get isInUse() {
    const place = this.placeTarget;
    const scrolled = (place.closest(".worklist, .main")?.scrollTop || 0) > 8;
    return scrolled || place.matches(":hover") || place.contains(document.activeElement) || this.isLonger
      || place.querySelector(".pick-box:checked") !== null;
  }

  // More pages were loaded than a fresh list has.
  grown(event) {
    if (event.target !== this.placeTarget && event.detail.elt?.matches?.(".rows-more a")) this.isLonger = true;
  }

  // The list as it is now has come, because something happened somewhere.
  arrived(event) {
    if (event.target !== this.placeTarget) return;
    if (event.detail.requestConfig?.triggeringEvent?.type !== "live:lists" || event.detail.xhr.status !== 200 || !this.isInUse) {
      this.tell(0, 0);
      this.isLonger = false;
      return;
    }
    event.detail.shouldSwap = false;
    const fresh = document.createElement("template");
    fresh.innerHTML = event.detail.serverResponse;
    this.renew(fresh.content);
  }

  renew(fresh) {
    const shown = rowsOf(this.placeTarget), coming = rowsOf(fresh);
    let come = 0, gone = 0;
    for (const [key, row] of coming) {
      if (shown.has(key)) this.redraw(shown.get(key), row);
      else come += 1;
    }
    for (const [key, row] of shown) {
      const left = !coming.has(key) && !this.isLonger && !fresh.querySelector(".rows-more a");
      row.classList.toggle("is-gone", left);
      gone += left ? 1 : 0;
    }
    const chips = fresh.querySelector("#worklist-chips");
    chips?.removeAttribute("hx-swap-oob");
    if (chips) document.getElementById("worklist-chips")?.replaceWith(chips);
    this.tell(come, gone);
  }

  // A row in its new shape, at its old place, with the focus and the tick it had.
  redraw(row, next) {
    const focused = row.contains(document.activeElement);
    const kept = ["is-picked", "is-selected"].filter((name) => row.classList.contains(name));
    const ticked = row.querySelector(".pick-box")?.checked;
    row.className = next.className;
    row.classList.add(...kept);
    row.replaceChildren(...next.cloneNode(true).childNodes);
    const box = row.querySelector(".pick-box");
    if (box) box.checked = Boolean(ticked);
    window.htmx.process(row);
    if (focused) row.querySelector(".row-open")?.focus({ preventScroll: true });
  }

  tell(come, gone) {
    this.late = come + gone > 0;
    if (!this.hasNoteTarget) return;
    const note = this.noteTarget;
    note.hidden = !this.late;
    const words = come ? note.dataset.come : note.dataset.gone;
    note.querySelector("span").textContent = words.replace("{n}", String(come));
  }

  // Show the list as it is.
  async refresh() {
    const focused = this.hasNoteTarget && this.noteTarget === document.activeElement;
    const place = this.placeTarget;
    await window.htmx.ajax("GET", place.getAttribute("hx-get"), { source: place, target: place, swap: "innerHTML" });
    place.closest(".worklist, .main")?.scrollTo({ top: 0 });
    if (focused) this.links[0]?.focus();
  }
}

function rowsOf(place) {
  return new Map([...place.querySelectorAll(".row-ticket")].map((row) => {
    const link = row.querySelector("a.row-open");
    return [link ? link.pathname : row.textContent.trim(), row];
  }));
}
