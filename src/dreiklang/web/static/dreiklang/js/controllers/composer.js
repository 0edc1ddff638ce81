// The composer: tabs choose what the words become (answer, note, to a third party, for the level below). Pasted pictures
// into plain words become attachments with a word where they stood; Ctrl/Cmd-Enter sends.
import { Controller } from "../../../vendor/stimulus.js";

export default class extends Controller {
  static targets = ["box", "tab", "panel", "files", "send"];
  static values = { url: String, subject: String, words: String, picture: { type: String, default: "picture" } };

  connect() {
    if (this.hasBoxTarget) this.show(this.wordsValue || this.tabTargets[0]?.dataset.words);
    this.news = () => this.renew();
    this.touched = false;
    this.typing = () => { this.touched = true; };
    // a refusal (409, 422) is shown, so htmx calls it successful: what was typed is still unsent
    this.sent = (event) => { if (event.detail.xhr?.status < 400 && event.detail.requestConfig?.verb === "post") this.touched = false; };
    // who began to write while the renewed composer was on its way goes on in this one
    this.arrives = (event) => {
      const renewed = event.detail.target === this.element && event.detail.requestConfig?.verb === "get";
      if (renewed && this.busy) event.detail.shouldSwap = false;
    };
    this.element.addEventListener("draft:changed", this.typing);
    this.element.addEventListener("htmx:afterRequest", this.sent);
    this.element.addEventListener("htmx:beforeSwap", this.arrives);
    if (this.subjectValue) document.body.addEventListener(`live:${this.subjectValue}`, this.news);
  }

  disconnect() {
    document.body.removeEventListener(`live:${this.subjectValue}`, this.news);
    this.element.removeEventListener("draft:changed", this.typing);
    this.element.removeEventListener("htmx:afterRequest", this.sent);
    this.element.removeEventListener("htmx:beforeSwap", this.arrives);
  }

  // Others did something: an answer may have been offered, or the ticket is no longer ours. Nobody is interrupted
  // while typing, and words that were typed and not sent are never replaced: not while they are on their way (the
  // button is off then, and the focus nowhere), nor while a conflict waits for an answer.
  renew() {
    clearTimeout(this.soon);
    this.soon = setTimeout(() => {
      if (!this.element.isConnected || this.busy) return;
      const open = this.hasBoxTarget ? `?tab=${this.boxTarget.dataset.words}` : "";
      window.htmx.ajax("GET", this.urlValue + open, { target: this.element, swap: "outerHTML" });
    }, 300);
  }

  get busy() {
    if (this.touched || this.element.contains(document.activeElement)) return true;
    return Boolean(this.element.querySelector("[data-files]")?.childElementCount);
  }

  choose(event) {
    this.show(event.currentTarget.dataset.words);
    this.panel?.querySelector("[data-writes]:not([hidden]), textarea:not([hidden])")?.focus();
  }

  turn(event) {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    const at = this.tabTargets.indexOf(event.currentTarget);
    const next = this.tabTargets[(at + step + this.tabTargets.length) % this.tabTargets.length];
    this.show(next.dataset.words);
    next.focus();
  }

  show(words) {
    this.boxTarget.dataset.words = words;
    for (const tab of this.tabTargets) {
      const on = tab.dataset.words === words;
      tab.setAttribute("aria-selected", String(on));
      tab.tabIndex = on ? 0 : -1;
    }
    for (const panel of this.panelTargets) panel.hidden = panel.dataset.words !== words;
  }

  get panel() {
    return this.panelTargets.find((panel) => !panel.hidden);
  }

  keys(event) {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      event.target.closest("form").requestSubmit();
    } else if (event.key === "Escape") {
      event.target.blur();
      document.getElementById("main")?.focus({ preventScroll: true });
    }
  }

  // Pictures from the clipboard.
  paste(event) {
    const pictures = [...(event.clipboardData?.files || [])].filter((file) => file.type.startsWith("image/"));
    if (!pictures.length) return;
    event.preventDefault();
    this.add(event.target, pictures.map((file, index) => this.named(file, event.target, index)));
  }

  drop(event) {
    const files = [...(event.dataTransfer?.files || [])];
    if (!files.length) return;
    event.preventDefault();
    this.add(event.target, files, false);
  }

  named(file, field, index) {
    const number = field.form.querySelector("input[type=file]").files.length + index + 1;
    return new File([file], `${this.pictureValue}-${number}.${file.type.split("/")[1].replace("jpeg", "jpg")}`, { type: file.type });
  }

  add(field, files, inText = true) {
    const input = field.form.querySelector("input[type=file]");
    const all = new DataTransfer();
    for (const file of [...input.files, ...files]) all.items.add(file);
    input.files = all.files;
    if (inText) field.setRangeText(files.map((file) => `[${file.name}]`).join(" "), field.selectionStart, field.selectionEnd, "end");
    field.dispatchEvent(new Event("input", { bubbles: true }));
    this.list(input);
  }

  // A file that the rich field could not set into the words.
  take(event) {
    const input = event.detail.form.querySelector("input[type=file]");
    const all = new DataTransfer();
    for (const file of [...input.files, event.detail.file]) all.items.add(file);
    input.files = all.files;
    this.list(input);
  }

  filesChanged(event) {
    this.list(event.target);
  }

  list(input) {
    const place = input.form.querySelector("[data-files]");
    place.replaceChildren(...[...input.files].map((file, index) => this.chip(file, index, input)));
  }

  chip(file, index, input) {
    const chip = document.createElement("li");
    chip.className = "file-chip";
    if (file.type.startsWith("image/") && file.size < 4_000_000) {
      const picture = document.createElement("img");
      picture.alt = "";
      const reader = new FileReader();
      reader.addEventListener("load", () => { picture.src = reader.result; });
      reader.readAsDataURL(file);
      chip.append(picture);
    }
    chip.append(`${file.name} · ${Math.max(1, Math.round(file.size / 1024))} kB`);
    const gone = document.createElement("button");
    gone.type = "button";
    gone.className = "btn btn-quiet btn-sm";
    gone.textContent = "×";
    gone.setAttribute("aria-label", `${input.dataset.remove || "Remove"} ${file.name}`);
    gone.addEventListener("click", () => {
      const rest = new DataTransfer();
      [...input.files].forEach((kept, at) => { if (at !== index) rest.items.add(kept); });
      input.files = rest.files;
      this.list(input);
    });
    chip.append(gone);
    return chip;
  }
}
