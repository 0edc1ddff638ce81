// Keeps times true while a page stays open: 'in 35 min' counts down, 'in 12 min' turns to a warning, overdue counts up.
import { Controller } from "../../../vendor/stimulus.js";

const MINUTE = 60000;

export default class extends Controller {
  static values = { in: String, overdue: String, ago: String };

  connect() {
    const language = document.documentElement.lang;
    this.minutes = new Intl.NumberFormat(language, { style: "unit", unit: "minute", unitDisplay: "short" });
    this.hours = new Intl.NumberFormat(language, { style: "unit", unit: "hour", unitDisplay: "short" });
    this.timer = setInterval(() => this.tick(), 20000);
  }

  disconnect() {
    clearInterval(this.timer);
  }

  tick() {
    const now = Date.now();
    for (const element of document.querySelectorAll("time[data-promise]")) this.promise(element, now);
    for (const element of document.querySelectorAll("time[data-relative]")) this.past(element, now);
  }

  promise(element, now) {
    const left = new Date(element.dateTime).getTime() - now;
    if (left > 120 * MINUTE || left <= -1440 * MINUTE || Number.isNaN(left)) return; // days are told by the server
    const tone = left < 0 ? "danger" : left <= 60 * MINUTE ? "warn" : "near";
    const words = (left < 0 ? this.overdueValue : this.inValue).replace("{span}", this.span(Math.abs(left)));
    element.className = `promise promise-${tone}`;
    const sign = { danger: "alert-triangle", warn: "clock-exclamation" }[tone];
    const picture = element.querySelector("use");
    if (picture && sign) picture.setAttribute("href", picture.getAttribute("href").replace(/#.*/, `#${sign}`));
    const text = [...element.childNodes].find((node) => node.nodeType === Node.TEXT_NODE && node.data.trim());
    if (text && text.data.trim() !== words) text.data = words;
  }

  past(element, now) {
    const words = this.agoValue.replace("{span}", this.span(now - new Date(element.dateTime).getTime()));
    if (now - new Date(element.dateTime).getTime() < 1440 * MINUTE) element.textContent = words;
  }

  span(milliseconds) {
    const all = Math.max(0, Math.floor(milliseconds / MINUTE));
    if (all < 60) return this.minutes.format(all);
    const rest = all % 60 ? ` ${this.minutes.format(all % 60)}` : "";
    return this.hours.format(Math.floor(all / 60)) + rest;
  }
}
