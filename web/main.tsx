/** Starts the page: first the breakdown on the screen, then Python. */
import { render } from "preact";
import { writeFor } from "./lib/format.ts";
import { startShell } from "./lib/shell.ts";
import { Workbench } from "./lib/workbench.ts";
import { App } from "./views/app.tsx";
import "./styles/main.css";

const root = document.getElementById("page");
if (root === null) throw new Error("index.html has no #page");

// Loading the locales' data takes as long as drawing a chart; these write numbers as we do.
if (!/^en(-US|-GB)?$/.test(navigator.language)) writeFor(undefined);
const page = new URL(".", document.baseURI).href;
const shell = startShell((reload) => show(reload));

const bench = new Workbench({
  engine: shell.engine,
  fetchJson: async (path) => {
    const response = await fetch(new URL(path, page));
    if (!response.ok) throw new Error(`${path}: status 200 expected, got ${response.status}`);
    return response.json();
  },
  setFragment: (fragment, place) => {
    const address = fragment ?? location.pathname + location.search;
    if (place === "new") history.pushState(null, "", address);
    else history.replaceState(null, "", address);
  },
  baseLength: page.length,
});

root.replaceChildren(); // the header that was there before the script
show(null);
addEventListener("hashchange", () => void bench.goTo(location.hash));
// Python is large: it begins once the first breakdown has been painted, or is known to need it.
void bench.start(location.hash).finally(() => requestAnimationFrame(() => setTimeout(boot, 0)));

function show(update: (() => void) | null): void {
  if (root !== null) render(<App bench={bench} update={update} />, root);
}

async function boot(): Promise<void> {
  await bench.boot();
  await shell.keepOffline();
}
