// Who is here, who is writing. Told to the others while the page is open, kept nowhere: a sign fades after 45 seconds.
import { Controller } from "../../../vendor/stimulus.js";

const FADE = 45000;
const TELL = 20000;

export default class extends Controller {
  static targets = ["people"];
  static values = { url: String, ticket: Number, me: Number, here: String, writing: String };

  connect() {
    this.others = new Map();
    this.mode = "here";
    this.hear = (event) => this.receive(event.detail);
    this.typing = (event) => { if (event.target.matches?.(".composer-text")) this.write(); };
    // Asked before one listens, the answer is lost: so it is asked again once the line stands.
    this.listening = () => this.tell(true);
    document.addEventListener("live:presence", this.hear);
    document.addEventListener("live:listening", this.listening);
    document.addEventListener("input", this.typing);
    this.timer = setInterval(() => this.tell(), TELL);
    this.tell(true);
  }

  disconnect() {
    clearInterval(this.timer);
    document.removeEventListener("live:presence", this.hear);
    document.removeEventListener("live:listening", this.listening);
    document.removeEventListener("input", this.typing);
    this.mode = "gone";
    this.tell();
  }

  write() {
    this.wrote = Date.now();
    if (this.mode === "writing") return;
    this.mode = "writing";
    this.tell();
  }

  tell(asking = false) {
    if (this.mode !== "gone" && document.visibilityState !== "visible") return;
    if (this.mode === "writing" && Date.now() - this.wrote > TELL) this.mode = "here";
    const body = new FormData();
    body.set("mode", this.mode);
    if (asking) body.set("asking", "1");
    const headers = { "X-CSRFToken": JSON.parse(document.body.getAttribute("hx-headers") || "{}")["X-CSRFToken"] };
    fetch(this.urlValue, { method: "POST", body, headers, keepalive: true }).catch(() => {});
    this.draw();
  }

  receive(sign) {
    if (sign.ticket !== this.ticketValue || sign.person === this.meValue) return;
    if (sign.mode === "gone") this.others.delete(sign.person);
    else this.others.set(sign.person, { name: sign.name, mode: sign.mode, at: Date.now() });
    if (sign.asking) this.tell();
    this.draw();
  }

  draw() {
    const fresh = [...this.others.values()].filter((sign) => Date.now() - sign.at < FADE);
    this.peopleTarget.replaceChildren(...fresh.slice(0, 3).map((sign) => this.person(sign)));
  }

  person(sign) {
    const line = document.createElement("span");
    line.className = sign.mode === "writing" ? "presence is-writing" : "presence";
    const round = document.createElement("span");
    round.className = "avatar-initials avatar-initials-sm";
    round.textContent = sign.name.split(" ").map((word) => word[0]).filter((_, at, all) => at === 0 || at === all.length - 1).join("");
    round.setAttribute("aria-hidden", "true");
    const words = (sign.mode === "writing" ? this.writingValue : this.hereValue).replace("{name}", sign.name.split(" ")[0]);
    line.append(round, words);
    return line;
  }
}
