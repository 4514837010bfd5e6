/*
 * Keeps the shell of the field face on the phone: the page, its scripts and styles,
 * under names that carry a hash.  It never touches the interface: what is taken along
 * and what waits to be sent is the page's (src/field/line.ts, outbox.ts).
 * FILES and VERSION are filled in when it is built.
 */
const FILES = __FILES__;
const NAME = 'linli-field-__VERSION__';
const PAGE = '/field/';
const PATIENCE = 3000; /* ms the network has to give a newer page */

self.addEventListener('install', (event) => {
  event.waitUntil(
    caches
      .open(NAME)
      .then((cache) => cache.addAll([PAGE, ...FILES].map((file) => new Request(file, { cache: 'reload' }))))
      .then(() => self.skipWaiting()),
  );
});

self.addEventListener('activate', (event) => {
  event.waitUntil(
    caches
      .keys()
      .then((names) => Promise.all(names.filter((name) => name.startsWith('linli-field-') && name !== NAME).map((name) => caches.delete(name))))
      .then(() => self.clients.claim()),
  );
});

/* The page of this version goes with the files of this version. */
async function page(request) {
  const limit = new Promise((_, fail) => setTimeout(fail, PATIENCE));
  const kept = await caches.match(PAGE, { cacheName: NAME });
  if (kept === undefined) return fetch(request);
  try {
    const fresh = await Promise.race([fetch(request), limit]);
    return fresh.ok ? fresh : kept;
  } catch {
    return kept;
  }
}

self.addEventListener('fetch', (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== 'GET' || url.origin !== self.location.origin) return;
  if (url.pathname === PAGE) event.respondWith(page(request));
  else if (FILES.includes(url.pathname)) event.respondWith(caches.match(request, { cacheName: NAME }).then((kept) => kept ?? fetch(request)));
});
