// The desk's service worker: shows what is pushed and leads to it. It answers no request of a page and keeps nothing.

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

function said(event) {
  try {
    return event.data.json();
  } catch (nothing) {
    return {};
  }
}

self.addEventListener("push", (event) => {
  const news = said(event);
  const shown = {
    body: news.body || "",
    tag: news.tag || "news",
    renotify: true,
    lang: news.lang || "",
    icon: "/static/dreiklang/img/mark-192.png",
    data: { url: news.url || "/" },
  };
  event.waitUntil(self.registration.showNotification(news.title || "Dreiklang", shown));
});

async function lead(target) {
  const page = new URL(target, self.location.origin);
  const address = page.origin === self.location.origin ? page.href : self.location.origin;
  const open = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  const there = open.find((one) => one.url.split("#")[0] === address);
  return there ? there.focus() : self.clients.openWindow(address);
}

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(lead(event.notification.data?.url || "/"));
});
