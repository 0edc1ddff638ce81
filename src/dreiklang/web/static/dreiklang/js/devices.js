// Switching this browser on for web push: asks the person and the browser, then sends an ordinary form.
// The page says what is the case in sentences it brought along; here only the fitting one is shown.

const box = document.querySelector("[data-push]");
const form = box?.querySelector("form");
const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (sign) => sign.charCodeAt(0));
const letters = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

function show(state) {
  box.dataset.state = state;
  for (const sentence of box.querySelectorAll("[data-when]")) {
    sentence.hidden = !sentence.dataset.when.split(" ").includes(state);
  }
}

async function digest(endpoint) {
  const sum = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(endpoint));
  return [...new Uint8Array(sum)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

async function subscription() {
  const registration = await navigator.serviceWorker.getRegistration("/");
  return registration ? registration.pushManager.getSubscription() : null;
}

async function subscribe() {
  const registration = await navigator.serviceWorker.register(box.dataset.worker, { scope: "/" });
  await navigator.serviceWorker.ready;
  await (await registration.pushManager.getSubscription())?.unsubscribe();
  const applicationServerKey = bytes(box.dataset.key);
  return registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey });
}

async function switchedOn(event) {
  event.preventDefault();
  show("asking");
  try {
    if ((await Notification.requestPermission()) !== "granted") {
      show(Notification.permission === "denied" ? "denied" : "ready");
      return;
    }
    const made = await subscribe();
    form.elements.endpoint.value = made.endpoint;
    form.elements.key.value = letters(made.getKey("p256dh"));
    form.elements.auth.value = letters(made.getKey("auth"));
    form.submit();
  } catch (error) {
    show("failed");
  }
}

async function begin() {
  const isApple = /iPhone|iPad/.test(navigator.userAgent) || (/Macintosh/.test(navigator.userAgent) && navigator.maxTouchPoints > 1);
  if (!window.isSecureContext) return show("insecure");
  if (!("serviceWorker" in navigator && "PushManager" in window && "Notification" in window)) {
    return show(isApple ? "apple" : "unable");
  }
  if (Notification.permission === "denied") return show("denied");
  const own = await subscription();
  const row = own && document.querySelector(`[data-device="${await digest(own.endpoint)}"]`);
  row?.querySelector("[data-here]")?.removeAttribute("hidden");
  for (const off of row?.querySelectorAll("[data-off]") || []) {
    off.addEventListener("submit", () => own.unsubscribe());
  }
  return show(row && !row.hasAttribute("data-ended") ? "on" : "ready");
}

if (box) {
  form.addEventListener("submit", switchedOn);
  begin().catch(() => show("unable"));
}
