/** Starts the console: PyScript's editor over the page's own Python, with the link's model in it. */
import { looksLikeLink } from "./lib/link.ts";
import "./console.css";

/** How PyScript writes what went wrong: as markup, though it may hold names from a file. */
const ERROR = /^<span style='color:red'>([\s\S]*)<\/span>\n$/;

const link = looksLikeLink(location.hash) ? location.hash : "";
const status = document.getElementById("status");

for (const back of document.querySelectorAll<HTMLAnchorElement>("a.back")) back.href += link;
addEventListener("hashchange", () => location.reload());

Element.prototype.insertAdjacentHTML = function (place, text) {
  const span = document.createElement("span");
  span.className = "error";
  span.textContent = `${ERROR.exec(text)?.[1] ?? text}\n`;
  this.insertAdjacentElement(place, span);
};

// Where Python does not start, PyScript's worker says so to nobody.
globalThis.Worker = class extends Worker {
  constructor(script: string | URL, options?: WorkerOptions) {
    super(script, options);
    this.addEventListener("message", ({ data }) => {
      if (data instanceof Error) tell("error", data.message.trim().split("\n").at(-1) ?? "");
    });
  }
};

// The editor's colours are for a light ground, and one of them is too light on that.
const colours = new CSSStyleSheet();
colours.replaceSync(
  ":host { color: #1b2027; color-scheme: light } .ͼf { color: #b02a00 !important }",
);

// The editor's field has no name of its own: the section's is its.
document.addEventListener("py-editor", ({ target }) => {
  // Whoever stops a run gets a new Python, and new elements.
  if ((target as Element).id === "setup") return tell("ready", "Python is ready");
  const section = (target as Element).closest("section");
  const field = section?.querySelector("py-editor .py-editor-input > div")?.shadowRoot;
  const name = section?.querySelector("h2")?.textContent;
  field?.adoptedStyleSheets.push(colours);
  field?.querySelector(".cm-content")?.setAttribute("aria-label", `${name}: Python`);
});

const setup = document.getElementById("setup");
setup?.setAttribute("config", JSON.stringify({ interpreter: `./console_python.js${link}` }));

// The editor ships as it is, and is not to be bundled.
const editor = "./pyscript/core.js";
void navigator.serviceWorker?.register("sw.js");
void import(editor);

function tell(state: "ready" | "error", text: string): void {
  if (status !== null) status.textContent = text;
  document.documentElement.dataset.state = state;
}
