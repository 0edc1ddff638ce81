// A glance at a ticket before it is opened: the pointer rests on a link to it, or Space is pressed on the link. It stays
// while the pointer is on the link or on the glance itself, and goes with Escape (WCAG 1.4.13). Nothing is read as read.
import { Controller } from "../../../vendor/stimulus.js";

const TICKET = /\/desk\/tickets\/\d+\/$/;
const REST = 450;
const GRACE = 250;

export default class extends Controller {
  static targets = ["box"];

  connect() {
    this.kept = new Map();
    this.over = (event) => this.enter(event);
    this.pressed = (event) => this.press(event);
    this.gone = () => this.hide();
    document.addEventListener("mouseover", this.over);
    document.addEventListener("keydown", this.pressed, true);
    document.addEventListener("click", this.gone);
    document.addEventListener("scroll", this.gone, { capture: true, passive: true });
    document.body.addEventListener("live:lists", () => this.kept.clear());
  }

  disconnect() {
    document.removeEventListener("mouseover", this.over);
    document.removeEventListener("keydown", this.pressed, true);
    document.removeEventListener("click", this.gone);
    document.removeEventListener("scroll", this.gone, { capture: true });
  }

  // The link to a ticket that is meant by an element: itself, or the one of its row.
  linkOf(element) {
    const link = element?.closest?.("a[href]") || element?.closest?.(".row-ticket")?.querySelector("a.row-open");
    if (!link || link.closest("dialog, .rail, .glance")) return null;
    return link.origin === location.origin && TICKET.test(link.pathname) ? link : null;
  }

  enter(event) {
    clearTimeout(this.waiting);
    if (this.hasBoxTarget && this.boxTarget.contains(event.target)) { clearTimeout(this.going); return; }
    const link = window.matchMedia("(hover: hover)").matches ? this.linkOf(event.target) : null;
    if (link && link === this.link) { clearTimeout(this.going); return; }
    if (link) this.waiting = setTimeout(() => this.show(link), REST);
    if (this.link && !this.byKey) {
      clearTimeout(this.going);
      this.going = setTimeout(() => this.hide(), GRACE);
    }
  }

  press(event) {
    if (event.key === "Escape" && this.link) {
      event.preventDefault();
      event.stopPropagation();
      this.hide();
    } else if (event.key === " " && !event.ctrlKey && !event.altKey && !event.metaKey && event.target.matches?.("a[href]")) {
      const link = this.linkOf(event.target);
      if (!link) return;
      event.preventDefault();
      if (this.link === link) this.hide();
      else this.show(link, true);
    } else if (this.byKey && ["j", "k"].includes(event.key)) {
      requestAnimationFrame(() => {
        const link = this.linkOf(document.activeElement);
        if (link) this.show(link, true);
      });
    }
  }

  async show(link, byKey = false) {
    this.asked = link;
    let html = this.kept.get(link.pathname);
    if (!html) {
      try {
        const answer = await fetch(`${link.pathname}glance/`, { credentials: "same-origin", headers: { "HX-Request": "true" } });
        if (!answer.ok) return;
        html = await answer.text();
      } catch { return; }
      this.kept.set(link.pathname, html);
    }
    if (this.asked !== link || !link.isConnected || document.querySelector("dialog[open]")) return;
    this.link = link;
    this.byKey = byKey;
    this.boxTarget.innerHTML = html;
    this.boxTarget.hidden = false;
    this.place(link);
    link.setAttribute("aria-describedby", this.boxTarget.id);
  }

  // Beside the row if there is room, else below the link or above it; never outside the window.
  place(link) {
    const at = (link.closest(".row-ticket") || link).getBoundingClientRect();
    const box = this.boxTarget;
    const width = box.offsetWidth, height = box.offsetHeight;
    const beside = at.right + 8 + width <= innerWidth;
    const left = beside ? at.right + 8 : Math.max(8, Math.min(at.left + 24, innerWidth - width - 8));
    let top = beside ? at.top : at.bottom + 4;
    if (top + height > innerHeight - 8) top = beside ? innerHeight - height - 8 : at.top - height - 4;
    box.style.left = `${left}px`;
    box.style.top = `${Math.max(8, top)}px`;
  }

  hide() {
    clearTimeout(this.waiting);
    clearTimeout(this.going);
    this.asked = null;
    if (!this.link) return;
    this.link.removeAttribute("aria-describedby");
    this.link = null;
    this.byKey = false;
    if (this.hasBoxTarget) this.boxTarget.hidden = true;
  }
}
