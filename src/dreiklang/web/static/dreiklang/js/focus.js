// Where parts of a page are loaded anew, the keyboard stays where it was: on the same control in its new shape, or else
// at the part itself. A browser lets the focus fall to the page's beginning when its element is replaced.

const FOCUSABLE = "a[href], button:not([disabled]), input:not([type=hidden]):not([disabled]), select:not([disabled]), textarea:not([disabled]), [tabindex='0'], [contenteditable=true]";
let lost = null;

// What tells a control apart from its neighbours, whichever element it is made of next time.
function sign(element) {
  const has = (name) => element.getAttribute(name) || "";
  return [element.tagName, element.id, has("href"), has("name"), has("value"), has("data-key"), has("data-words"), has("hx-get"), has("aria-label")].join("|");
}

export function keepsake(element) {
  if (!element || element === document.body) return null;
  const mine = sign(element);
  const alike = [...document.querySelectorAll(element.tagName)].filter((one) => sign(one) === mine);
  return { element, mine, nth: Math.max(0, alike.indexOf(element)) };
}

export function backTo(kept) {
  if (!kept) return false;
  let found = kept.element.isConnected && !kept.element.disabled ? kept.element : null;
  if (!found) {
    const alike = [...document.querySelectorAll(kept.element.tagName)].filter((one) => sign(one) === kept.mine);
    found = alike[Math.min(kept.nth, alike.length - 1)];
  }
  if (!found || found.checkVisibility?.() === false) return false;
  found.focus({ preventScroll: true });
  return document.activeElement === found;
}

document.addEventListener("htmx:beforeSwap", (event) => {
  const target = event.detail.target;
  const active = document.activeElement;
  if (!target || !active || active === document.body || !target.contains(active)) return;
  lost = { ...keepsake(active), place: target.id };
});

document.addEventListener("htmx:afterSettle", () => {
  if (!lost || (document.activeElement && document.activeElement !== document.body)) { lost = null; return; }
  const kept = lost;
  lost = null;
  if (backTo(kept)) return;
  const place = document.getElementById(kept.place) || document.getElementById("main");
  const first = place?.matches(FOCUSABLE) ? place : [...(place?.querySelectorAll(FOCUSABLE) || [])].find((one) => one.checkVisibility?.() !== false);
  (first || document.getElementById("main"))?.focus({ preventScroll: true });
});
