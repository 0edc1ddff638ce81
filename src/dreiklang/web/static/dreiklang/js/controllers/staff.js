// The staff: one Tab stop, left and right by time, up and down by level, Home and End; Enter leads to the entry. What
// is hovered or focused is read beside it. Where the picture is wider than its box it starts at the present moment.
import { Controller } from "../../../vendor/stimulus.js";

const KEYS = { ArrowLeft: "earlier", ArrowRight: "later", ArrowUp: "higher", ArrowDown: "lower", Home: "first", End: "last" };

export default class extends Controller {
  static targets = ["scroll", "readout"];

  connect() {
    this.startAtNow();
  }

  get marks() {
    return [...this.element.querySelectorAll("svg [role=list] a")];
  }

  startAtNow() {
    const box = this.scrollTarget;
    const picture = box.querySelector("svg");
    if (!picture || box.scrollWidth <= box.clientWidth) return;
    const scale = picture.clientWidth / picture.viewBox.baseVal.width || 1;
    box.scrollLeft = Number(picture.dataset.now) * scale - box.clientWidth * 0.75;
  }

  move(event) {
    const way = KEYS[event.key];
    const mark = event.target.closest("a[data-x]");
    if (!way || !mark || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    event.stopPropagation();
    const next = this.from(mark, way);
    if (next) this.focus(next);
  }

  from(mark, way) {
    const marks = this.marks;
    const at = marks.indexOf(mark);
    if (way === "first") return marks[0];
    if (way === "last") return marks[marks.length - 1];
    if (way === "earlier") return marks[at - 1];
    if (way === "later") return marks[at + 1];
    return this.beside(marks, mark, way === "higher" ? 1 : -1);
  }

  // The mark nearest in time on the next level up or down that has one; the requester's own words are level 0.
  beside(marks, mark, step) {
    const here = Number(mark.dataset.level);
    const levels = [...new Set(marks.map((m) => Number(m.dataset.level)))]
      .filter((level) => (level - here) * step > 0)
      .sort((a, b) => (a - b) * step);
    if (!levels.length) return null;
    const x = Number(mark.dataset.x);
    return marks
      .filter((m) => Number(m.dataset.level) === levels[0])
      .reduce((best, m) => (Math.abs(m.dataset.x - x) < Math.abs(best.dataset.x - x) ? m : best));
  }

  focus(mark) {
    for (const other of this.marks) other.tabIndex = other === mark ? 0 : -1;
    mark.focus();
    mark.scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  // Enter and click: to the entry. What lies folded is opened; the conversation then shows and focuses it.
  open(event) {
    const mark = event.target.closest("a[data-x]");
    if (!mark || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    this.hush();
    const id = mark.getAttribute("href").slice(1);
    for (let fold = document.getElementById(id)?.closest("details"); fold; fold = fold.parentElement?.closest("details")) {
      fold.open = true;
    }
    this.dispatch("goto", { detail: { entry: id } });
  }

  tell(event) {
    const mark = event.target.closest("a[data-x]");
    const said = mark?.getAttribute("aria-label") || event.target.closest("g")?.querySelector(":scope > title")?.textContent;
    if (!said) return;
    const box = this.readoutTarget;
    box.textContent = said;
    box.hidden = false;
    const at = (mark || event.target).getBoundingClientRect();
    const own = this.element.getBoundingClientRect();
    const left = Math.min(Math.max(at.left - own.left - 12, 4), Math.max(4, own.width - box.offsetWidth - 4));
    const above = at.top - own.top - box.offsetHeight - 6;
    box.style.left = `${left}px`;
    box.style.top = `${above >= 0 ? above : at.bottom - own.top + 6}px`;
  }

  hush() {
    this.readoutTarget.hidden = true;
  }
}
