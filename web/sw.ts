/// <reference lib="webworker" />
/**
 * The service worker: the page works offline, and under its policy on any host.
 *
 * One cache per build, filled file by file and only with bytes whose hash the build wrote down, so
 * that two versions never mix. A new version is fetched beside the old one and waits until the user
 * asks for it. Every response of the page's own host leaves here with the policy in its header:
 * workers don't inherit the policy of the page's `<meta>` tag, and some hosts send no headers.
 */
export {}; // a module, so that `self` can be declared

declare const self: ServiceWorkerGlobalScope;

/** Written in by build.py: the beginning of each file's hash in this build, and the policy. */
declare const __BUILD__: {
  readonly id: string;
  readonly hashes: Readonly<Record<string, string>>;
};
declare const __POLICY__: string;
declare const __CONSOLE_POLICY__: string;

const PREFIX = "joulegraph-";
const CACHE = PREFIX + __BUILD__.id;
const HASH_HEADER = "X-Joulegraph-Hash";
const HASHES = new Map(Object.entries(__BUILD__.hashes));

self.addEventListener("install", (event) => {
  // The first version steps in at once, so that the policy holds; its cache fills afterwards.
  event.waitUntil(self.registration.active === null ? self.skipWaiting() : fill());
});

self.addEventListener("activate", (event) => {
  event.waitUntil(Promise.all([dropOldCaches(), self.clients.claim()]));
});

self.addEventListener("message", (event) => {
  const port = event.ports[0];
  switch (event.data?.type) {
    case "activate":
      event.waitUntil(self.skipWaiting());
      break;
    case "claim":
      event.waitUntil(self.clients.claim());
      break;
    case "fill":
      event.waitUntil(
        fill().then(
          () => port?.postMessage(true),
          () => port?.postMessage(false),
        ),
      );
  }
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET" || !request.url.startsWith(self.registration.scope)) return;
  event.respondWith(answer(event));
});

async function answer(event: FetchEvent): Promise<Response> {
  const path = pathOf(event.request.url);
  const hash = HASHES.get(path);
  if (hash === undefined) return guarded(path, await fetch(event.request));
  const cache = await caches.open(CACHE);
  const cached = await cache.match(urlOf(path));
  if (cached !== undefined) return guarded(path, cached);
  const response = await fetch(event.request);
  if (response.ok) {
    const copy = response.clone();
    event.waitUntil(copy.arrayBuffer().then((bytes) => keep(cache, path, bytes, copy.headers)));
  }
  return guarded(path, response);
}

/** The same response under the policy of its page. */
function guarded(path: string, response: Response): Response {
  if (response.type === "opaqueredirect" || response.type === "error") return response;
  const headers = new Headers(response.headers);
  const policy = path === "console.html" ? __CONSOLE_POLICY__ : __POLICY__;
  headers.set("Content-Security-Policy", policy);
  headers.set("X-Content-Type-Options", "nosniff");
  headers.set("Referrer-Policy", "no-referrer");
  const { status, statusText } = response;
  return new Response(response.body, { status, statusText, headers });
}

/** Brings every file of this build into its cache; throws when one can't be had as it should be. */
async function fill(): Promise<void> {
  const cache = await caches.open(CACHE);
  for (const [path, hash] of HASHES) {
    const url = urlOf(path);
    if (await cache.match(url)) continue;
    const older = await caches.match(url);
    if (older?.headers.get(HASH_HEADER) === hash) {
      await cache.put(url, older);
      continue;
    }
    if (!(await download(cache, path, "default")) && !(await download(cache, path, "reload"))) {
      throw new Error(`${path} is not the file of build ${__BUILD__.id}`);
    }
  }
}

async function download(cache: Cache, path: string, mode: RequestCache): Promise<boolean> {
  const response = await fetch(urlOf(path), { cache: mode });
  return response.ok && keep(cache, path, await response.arrayBuffer(), response.headers);
}

/** Caches `bytes` for `path` when they are this build's; returns whether they are. */
async function keep(
  cache: Cache,
  path: string,
  bytes: ArrayBuffer,
  headers: Headers,
): Promise<boolean> {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  const digits = [...digest].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  const hash = HASHES.get(path);
  if (hash === undefined || !digits.startsWith(hash)) return false;
  const kept = {
    "Content-Type": headers.get("Content-Type") ?? "application/octet-stream",
    "Content-Length": String(bytes.byteLength),
    [HASH_HEADER]: hash,
  };
  await cache.put(urlOf(path), new Response(bytes, { headers: kept }));
  return true;
}

async function dropOldCaches(): Promise<void> {
  for (const name of await caches.keys()) {
    if (name.startsWith(PREFIX) && name !== CACHE) await caches.delete(name);
  }
}

function pathOf(url: string): string {
  const { origin, pathname } = new URL(url);
  const path = decodeURIComponent((origin + pathname).slice(self.registration.scope.length));
  return path === "" ? "index.html" : path;
}

function urlOf(path: string): string {
  return self.registration.scope + path;
}
