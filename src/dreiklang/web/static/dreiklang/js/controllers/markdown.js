// The field of an article: marks set by buttons and keys, pictures and files pasted, dropped or chosen go up at once and
// stand in the text where the cursor was; a kind brings its skeleton as long as nothing else was written.
import { Controller } from "../../../vendor/stimulus.js";

const MARKS = {
  bold: ["**", "**"], italic: ["*", "*"], code: ["`", "`"], link: ["[", "](https://)"], article: ["[[", "]]"],
  heading: ["## ", ""], list: ["- ", ""], steps: ["1. ", ""], tick: ["- [ ] ", ""], quote: ["> ", ""],
};
const OF_LINES = ["heading", "list", "steps", "tick", "quote"];

export default class extends Controller {
  static targets = ["text", "said", "kind", "skeleton"];
  static values = { url: String, sending: String, failed: String };

  mark(event) {
    this.set(event.currentTarget.dataset.mark);
  }

  keys(event) {
    if (!(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return;
    const name = { b: "bold", i: "italic", k: "link" }[event.key];
    if (!name) return;
    event.preventDefault();
    this.set(name);
  }

  set(name) {
    const field = this.textTarget;
    const [before, after] = MARKS[name];
    if (OF_LINES.includes(name)) {
      const start = field.value.lastIndexOf("\n", field.selectionStart - 1) + 1;
      const lines = field.value.slice(start, field.selectionEnd).split("\n");
      field.setRangeText(lines.map((line) => before + line).join("\n"), start, field.selectionEnd, "end");
    } else {
      const chosen = field.value.slice(field.selectionStart, field.selectionEnd);
      const at = field.selectionStart + before.length;
      field.setRangeText(before + chosen + after, field.selectionStart, field.selectionEnd, "end");
      field.setSelectionRange(at, at + chosen.length);
    }
    this.changed();
  }

  paste(event) {
    this.take(event, event.clipboardData);
  }

  drop(event) {
    this.take(event, event.dataTransfer);
  }

  choose(event) {
    this.send([...event.target.files]);
    event.target.value = "";
  }

  take(event, brought) {
    const files = [...(brought?.files || [])];
    if (!files.length) return;
    event.preventDefault();
    this.send(files);
  }

  async send(files) {
    for (const file of files) {
      this.saidTarget.textContent = this.sendingValue;
      const form = new FormData();
      form.append("file", file);
      form.append("csrfmiddlewaretoken", this.element.querySelector("[name=csrfmiddlewaretoken]").value);
      try {
        const answer = await fetch(this.urlValue, { method: "POST", body: form });
        const said = await answer.json();
        this.saidTarget.textContent = answer.ok ? "" : said.problem;
        if (answer.ok) this.insert(said.markdown);
      } catch {
        this.saidTarget.textContent = this.failedValue;
      }
    }
  }

  insert(words) {
    const field = this.textTarget;
    const apart = field.selectionStart && field.value[field.selectionStart - 1] !== "\n" ? " " : "";
    field.setRangeText(apart + words, field.selectionStart, field.selectionEnd, "end");
    this.changed();
  }

  // Another kind, another skeleton: only where nothing but a skeleton stands.
  kindChanged() {
    const known = this.skeletonTargets.map((one) => one.content.textContent.trim());
    const written = this.textTarget.value.trim();
    if (written && !known.includes(written)) return;
    const wanted = this.skeletonTargets.find((one) => one.dataset.kind === this.kindTarget.value);
    this.textTarget.value = wanted?.content.textContent.trim() ?? "";
    this.changed();
  }

  changed() {
    this.textTarget.dispatchEvent(new Event("input", { bubbles: true }));
    this.textTarget.focus();
  }
}
