/**
 * What surrounds the engine in the browser: its workers, and the service worker that keeps the page
 * offline and under its policy.
 */
import { Engines } from "./engines.ts";

/** How long a service worker may take to step in before it is given up. */
const CONTROL_LIMIT_MS = 15_000;

export interface Shell {
  readonly engine: Engines;
  /** Fetches what is not yet cached; true when the page will work offline from now on. */
  keepOffline(): Promise<boolean>;
}

/**
 * Registers the service worker and returns the engine, not yet booted.
 *
 * `onUpdate` is called when a new version lies ready, with a function that changes over to it and
 * reloads the page.
 */
export function startShell(onUpdate: (reload: () => void) => void): Shell {
  const container = navigator.serviceWorker as ServiceWorkerContainer | undefined;
  const registered = container
    ?.register("sw.js")
    .then((registration) => {
      watchForUpdate(registration, onUpdate);
      return true;
    })
    .catch(() => false);
  return {
    engine: new Engines({
      startWorker: () => new Worker("worker.js", { type: "module", name: "engine" }),
      policyComes: async () => ((await registered) ? controlled() : false),
    }),
    keepOffline: async () => ((await registered) ? fillCache() : false),
  };
}

function watchForUpdate(
  registration: ServiceWorkerRegistration,
  onUpdate: (reload: () => void) => void,
): void {
  const offer = (waiting: ServiceWorker) =>
    onUpdate(() => {
      navigator.serviceWorker.addEventListener("controllerchange", () => location.reload());
      waiting.postMessage({ type: "activate" });
    });
  if (registration.waiting !== null) offer(registration.waiting);
  registration.addEventListener("updatefound", () => {
    const worker = registration.installing;
    const first = registration.active === null;
    worker?.addEventListener("statechange", () => {
      if (worker.state === "installed" && !first) offer(worker);
    });
  });
}

/** Resolves to true once the service worker answers for this page, to false when it does not. */
function controlled(): Promise<boolean> {
  const container = navigator.serviceWorker;
  return new Promise((resolve) => {
    const look = () => container.controller !== null && resolve(true);
    container.addEventListener("controllerchange", look, { once: true });
    setTimeout(() => resolve(container.controller !== null), CONTROL_LIMIT_MS);
    // After a forced reload the page is on its own until the service worker claims it again.
    void container.ready.then(({ active }) => active?.postMessage({ type: "claim" }));
    look();
  });
}

async function fillCache(): Promise<boolean> {
  const { active } = await navigator.serviceWorker.ready;
  return new Promise((resolve) => {
    const channel = new MessageChannel();
    channel.port1.onmessage = (event) => resolve(event.data === true);
    active?.postMessage({ type: "fill" }, [channel.port2]);
  });
}
