// Rich text for what leaves: an editor over the plain field, which stays below it and is what remains when this does not
// run. The form sends both; the desk cleans the HTML and makes the plain twin from it anew.
import { Controller } from "../../../vendor/stimulus.js";
import Squire from "../../../vendor/squire.js";
import { fragmentOf, htmlOf } from "./rich/cleaning.js";

const LARGEST_PICTURE = 4 * 1024 * 1024;
const LONGEST_PASTE = 200_000;

export default class extends Controller {
  static targets = ["tools", "editor", "text", "html", "notice"];
  static values = { pictures: String, words: Object };

  connect() {
    this.waiting = 0;
    this.editor = new Squire(this.editorTarget, { sanitizeToDOMFragment: (html) => fragmentOf(html), addLinks: true });
    // Its handles for resizing pictures come with inline styles, which the page's policy forbids: pictures keep their size.
    this.editor._imageResizer?.destroy();
    // Tab leaves the field, as everywhere (WCAG 2.1.2); Ctrl-[ and Ctrl-] move lists and quotations.
    this.editor.setKeyHandler("Tab", null).setKeyHandler("Shift-Tab", null);
    this.editor.addEventListener("input", () => this.changed());
    this.editor.addEventListener("pathChange", () => this.light());
    this.pasted = (event) => this.paste(event);
    this.dropped = (event) => this.drop(event);
    this.sending = (event) => this.send(event);
    this.restored = () => this.load();
    this.element.addEventListener("paste", this.pasted, true);
    this.element.addEventListener("drop", this.dropped, true);
    this.form.addEventListener("submit", this.sending, true);
    this.form.addEventListener("draft:restored", this.restored);
    this.load();
    this.textTarget.hidden = true;
    this.editorTarget.hidden = false;
    this.toolsTarget.hidden = false;
  }

  disconnect() {
    this.element.removeEventListener("paste", this.pasted, true);
    this.element.removeEventListener("drop", this.dropped, true);
    this.form.removeEventListener("submit", this.sending, true);
    this.form.removeEventListener("draft:restored", this.restored);
    this.editor.destroy();
    this.editorTarget.hidden = true;
    this.toolsTarget.hidden = true;
    this.textTarget.hidden = false;
  }

  get form() {
    return this.textTarget.form;
  }

  load() {
    this.loading = true;
    this.editor.setHTML(this.htmlTarget.value || htmlOf(this.textTarget.value));
    this.editor.moveCursorToEnd();
    this.empty();
    requestAnimationFrame(() => { this.loading = false; });
  }

  // Into the fields that are sent and kept as a draft; a picture still on its way is not part of the words yet.
  sync() {
    this.htmlTarget.value = this.empty() ? "" : this.editor.getHTML().replace(/<img[^>]+src="data:[^>]*>/g, "");
    this.textTarget.value = this.editorTarget.innerText.replace(/\u200b/g, "").replace(/\n{3,}/g, "\n\n").trim();
  }

  changed() {
    if (this.loading) { this.empty(); return; }
    this.sync();
    this.htmlTarget.dispatchEvent(new Event("input", { bubbles: true }));
  }

  empty() {
    const bare = !this.editorTarget.textContent.replace(/\u200b/g, "").trim() && !this.editorTarget.querySelector("img, li");
    this.editorTarget.classList.toggle("is-empty", bare);
    return bare;
  }

  send(event) {
    if (this.waiting) {
      event.preventDefault();
      event.stopImmediatePropagation();
      this.say(this.wordsValue.waiting);
      return;
    }
    this.sync();
  }

  // The buttons: what is on is pressed; arrows walk along them (one Tab stop).
  act(event) {
    const name = event.currentTarget.dataset.format;
    const on = event.currentTarget.getAttribute("aria-pressed") === "true";
    const deeds = {
      bold: () => (on ? this.editor.removeBold() : this.editor.bold()),
      italic: () => (on ? this.editor.removeItalic() : this.editor.italic()),
      ul: () => (on ? this.editor.removeList() : this.editor.makeUnorderedList()),
      ol: () => (on ? this.editor.removeList() : this.editor.makeOrderedList()),
      quote: () => (on ? this.editor.decreaseQuoteLevel() : this.editor.increaseQuoteLevel()),
      code: () => this.editor.toggleCode(),
      link: () => this.link(on),
      plain: () => this.editor.removeAllFormatting(),
    };
    deeds[name]?.();
    this.editor.focus();
    this.light();
  }

  walk(event) {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const buttons = [...this.toolsTarget.querySelectorAll("button")];
    const next = buttons[(buttons.indexOf(event.target) + step + buttons.length) % buttons.length];
    for (const button of buttons) button.tabIndex = button === next ? 0 : -1;
    next.focus();
  }

  light() {
    const path = this.editor.getPath();
    const has = (tag) => new RegExp(`(^|>)${tag}(?=[>.\\[#]|$)`).test(path);
    const on = { bold: has("B") || has("STRONG"), italic: has("I") || has("EM"), ul: has("UL"), ol: has("OL"), quote: has("BLOCKQUOTE"), code: has("CODE") || has("PRE"), link: has("A") };
    for (const button of this.toolsTarget.querySelectorAll("[aria-pressed]")) button.setAttribute("aria-pressed", String(Boolean(on[button.dataset.format])));
  }

  link(on) {
    if (on) { this.editor.removeLink(); return; }
    const selected = this.editor.getSelectedText().trim();
    const address = /^\S+\.\S+$/.test(selected) ? selected : "";
    const field = this.element.querySelector("[data-rich-link]");
    field.hidden = false;
    this.place = this.editor.getSelection();
    const input = field.querySelector("input");
    input.value = address;
    input.focus();
  }

  linkKey(event) {
    if (event.key !== "Enter" && event.key !== "Escape") return;
    event.preventDefault();
    event.stopPropagation();
    const input = event.currentTarget;
    const typed = input.value.trim();
    input.closest("[data-rich-link]").hidden = true;
    this.editor.focus();
    if (this.place) this.editor.setSelection(this.place);
    if (event.key === "Enter" && typed) this.editor.makeLink(/^(https?:|mailto:|tel:)/i.test(typed) ? typed : typed.includes("@") ? `mailto:${typed}` : `https://${typed}`);
  }

  // Pasting and dropping: pictures stand where they were pasted; what is too large becomes a file beside the words.
  paste(event) {
    const data = event.clipboardData;
    if (!data || event.target.closest("[data-rich-link]")) return;
    const pictures = [...data.files].filter((file) => file.type.startsWith("image/"));
    const text = data.getData("text/plain");
    if (pictures.length && !text.trim()) {
      this.stop(event);
      pictures.forEach((file) => this.take(file));
    } else if (text.length > LONGEST_PASTE) {
      this.stop(event);
      this.beside(new File([text], `${this.wordsValue.pasted}.txt`, { type: "text/plain" }), this.wordsValue.longText);
    } else if (data.files.length && !text.trim()) {
      this.stop(event);
      [...data.files].forEach((file) => this.beside(file));
    }
  }

  drop(event) {
    const files = [...(event.dataTransfer?.files || [])];
    if (!files.length) return;
    this.stop(event);
    for (const file of files) {
      if (/^image\/(png|jpeg|gif|webp)$/.test(file.type)) this.take(file);
      else this.beside(file);
    }
  }

  stop(event) {
    event.preventDefault();
    event.stopPropagation();
  }

  async take(file) {
    if (file.size > LARGEST_PICTURE) {
      this.beside(file, this.wordsValue.largePicture);
      return;
    }
    const body = new FormData();
    const ending = file.type.split("/")[1].replace("jpeg", "jpg");
    const plain = !file.name || /^image\.\w+$/.test(file.name);
    const name = plain ? `${this.wordsValue.picture}-${this.editorTarget.querySelectorAll("img").length + 1}.${ending}` : file.name;
    body.set("picture", file, name);
    this.waiting += 1;
    this.say(this.wordsValue.keeping);
    try {
      const headers = { "X-CSRFToken": JSON.parse(document.body.getAttribute("hx-headers") || "{}")["X-CSRFToken"] };
      const answer = await fetch(this.picturesValue, { method: "POST", body, headers, credentials: "same-origin" });
      const kept = await answer.json();
      if (!answer.ok) throw new Error(kept.problem);
      this.editor.insertImage(kept.url, { alt: kept.name });
      this.say("");
      this.changed();
    } catch (problem) {
      const why = problem instanceof TypeError || problem instanceof SyntaxError ? "" : problem.message;
      this.beside(file, [why, this.wordsValue.beside].filter(Boolean).join(" "));
    } finally {
      this.waiting -= 1;
    }
  }

  // To the files of the form, so that nothing that was pasted is lost.
  beside(file, words) {
    const named = /^image\.\w+$/.test(file.name) ? new File([file], file.name.replace("image", this.wordsValue.picture), { type: file.type }) : file;
    this.dispatch("file", { detail: { file: named, form: this.form } });
    this.say(words || "");
  }

  say(words) {
    this.noticeTarget.textContent = words;
  }

  // For what is typed to be replaced (:: and @@): the letters before the cursor, and putting something in their place.
  before(length) {
    const range = this.editor.getSelection();
    const node = range.startContainer;
    return node.nodeType === Node.TEXT_NODE ? node.data.slice(Math.max(0, range.startOffset - length), range.startOffset).replace(/\u200b/g, "") : "";
  }

  replace(length, text, html) {
    const range = this.editor.getSelection();
    if (length && range.startContainer.nodeType === Node.TEXT_NODE) {
      range.setStart(range.startContainer, Math.max(0, range.startOffset - length));
      this.editor.setSelection(range);
    }
    if (html) this.editor.insertHTML(html);
    else this.editor.insertPlainText(text);
    this.changed();
    this.editor.focus();
  }
}
