// Live news. One tab of the browser holds the one EventSource (Web Locks choose it), the others hear of it through a
// BroadcastChannel; when that tab closes, another takes over and asks for what came since the last journal line heard.
// News are ids only: a page asks the server for what it shows, so that everybody sees only what they may see.
// Without a live process the page asks once a minute.
import { Controller } from "../../../vendor/stimulus.js";

const POLL = 60000;

export default class extends Controller {
  static values = { url: String };

  connect() {
    this.heard = 0;
    this.channel = new BroadcastChannel("dreiklang-live");
    this.channel.onmessage = (message) => this.receive(message.data);
    this.stop = new AbortController();
    if (this.urlValue && navigator.locks) {
      navigator.locks.request("dreiklang-live", { signal: this.stop.signal }, () => this.lead()).catch(() => {});
    } else if (this.urlValue) {
      this.listen(() => {});
    } else {
      this.poll();
    }
    this.seen = () => { if (document.visibilityState === "visible" && this.late) this.everything(); };
    document.addEventListener("visibilitychange", this.seen);
  }

  disconnect() {
    this.stop.abort();
    this.source?.close();
    this.channel.close();
    clearInterval(this.polling);
    document.removeEventListener("visibilitychange", this.seen);
  }

  // Holds the lock for as long as this tab lives.
  lead() {
    return new Promise((release) => {
      this.stop.signal.addEventListener("abort", release);
      this.listen(release);
    });
  }

  listen() {
    this.source?.close();
    const since = this.heard ? `?since=${this.heard}` : "";
    this.source = new EventSource(this.urlValue + since, { withCredentials: true });
    this.source.addEventListener("open", () => this.online());
    for (const kind of ["news", "presence", "typing"]) {
      this.source.addEventListener(kind, (event) => {
        const news = { kind, id: Number(event.lastEventId) || 0, ...JSON.parse(event.data) };
        this.channel.postMessage(news);
        this.receive(news);
      });
    }
    this.source.addEventListener("error", () => this.offline());
  }

  online() {
    clearInterval(this.polling);
    this.polling = null;
    if (this.wasOffline) this.everything();
    this.wasOffline = false;
    document.dispatchEvent(new CustomEvent("live:listening"));
  }

  offline() {
    this.wasOffline = true;
    if (!this.polling) this.poll();
    if (this.source?.readyState === EventSource.CLOSED) {
      clearTimeout(this.again);
      this.again = setTimeout(() => this.listen(), 5000 + Math.random() * 5000);
    }
  }

  poll() {
    this.polling = setInterval(() => this.everything(), POLL);
  }

  receive(news) {
    if (news.id) this.heard = Math.max(this.heard, news.id);
    if (news.kind === "presence") {
      document.dispatchEvent(new CustomEvent("live:presence", { detail: news }));
      return;
    }
    if (news.kind === "typing") {
      document.dispatchEvent(new CustomEvent("live:typing", { detail: news }));
      return;
    }
    if (document.visibilityState !== "visible") {
      this.late = true;
    }
    this.tell(`live:${news.subject_kind}-${news.subject_id}`, news);
    if (news.subject_kind === "call" || news.subject_kind === "chat") {
      this.tell("live:calls", news);
      return;
    }
    if (news.subject_kind === "outage") {
      this.tell("live:outages", news);
      return;
    }
    clearTimeout(this.listsSoon);
    this.listsSoon = setTimeout(() => this.tell("live:lists", news), 400);
  }

  everything() {
    this.late = false;
    this.tell("live:lists", {});
    this.tell("live:calls", {});
    this.tell("live:outages", {});
    document.querySelectorAll("[data-live-subject]").forEach((element) => {
      this.tell(`live:${element.dataset.liveSubject}`, {});
    });
  }

  tell(name, detail) {
    document.body.dispatchEvent(new CustomEvent(name, { detail }));
  }
}
