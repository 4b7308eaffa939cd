import { useEffect, useRef, useState } from "preact/hooks";

interface Key {
  readonly key: string;
  readonly does: string;
}

const OFF = "joulegraph.keys";

/**
 * Single keys, and the list of them.
 *
 * A key presses the button, or goes to the field, that names it in `aria-keyshortcuts`; so the list
 * is of what can be done at the moment. They can be switched off, since speech input types letters.
 */
export function Keys() {
  const dialog = useRef<HTMLDialogElement>(null);
  const [on, setOn] = useState(() => kept() !== "off");
  const [keys, setKeys] = useState<readonly Key[]>([]);
  const show = () => {
    setKeys(found());
    dialog.current?.showModal();
  };
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (!on || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
      if (dialog.current?.open) return;
      if (event.key === "?") show();
      else if (!use(event.key)) return;
      event.preventDefault();
    };
    addEventListener("keydown", press);
    return () => removeEventListener("keydown", press);
  }, [on]);
  return (
    <>
      <button
        type="button"
        class="quiet keys-button"
        aria-label="Keys"
        title="Keys (?)"
        onClick={show}
      >
        ?
      </button>
      <dialog ref={dialog} class="key-list" aria-labelledby="keys-title">
        <h2 id="keys-title">Keys</h2>
        <dl>
          {keys.map(({ key, does }) => (
            <div key={key}>
              <dt>
                <kbd>{key}</kbd>
              </dt>
              <dd>{does}</dd>
            </div>
          ))}
        </dl>
        <p class="hint">
          Arrow keys move through layers, tabs and dials. Paste a link, a table of layers or files
          anywhere.
        </p>
        <label class="check">
          <input
            type="checkbox"
            checked={on}
            onChange={(event) => {
              const now = event.currentTarget.checked;
              setOn(now);
              keep(now ? "on" : "off");
            }}
          />
          <span>Single keys do this</span>
        </label>
        <form method="dialog">
          <button type="submit" class="primary">
            Close
          </button>
        </form>
      </dialog>
    </>
  );
}

const marked = (): readonly HTMLElement[] => [
  ...document.querySelectorAll<HTMLElement>("[aria-keyshortcuts]"),
];

function found(): readonly Key[] {
  const own = marked()
    .filter((element) => element.getClientRects().length > 0)
    .map((element) => ({
      key: element.getAttribute("aria-keyshortcuts") ?? "",
      does: element.getAttribute("aria-label") ?? (element.textContent || element.title),
    }));
  return [...own, { key: "?", does: "This list" }];
}

/** Does what a key is for; whether there is such a thing now. */
function use(key: string): boolean {
  const element = marked().find((one) => one.getAttribute("aria-keyshortcuts") === key);
  if (element === undefined || element.getClientRects().length === 0) return false;
  element.focus();
  if (element instanceof HTMLButtonElement) element.click();
  return true;
}

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    target.matches("input:not([type=checkbox], [type=radio], [type=range]), select, textarea")
  );
}

/** A private window may keep nothing. */
function kept(): string | null {
  try {
    return localStorage.getItem(OFF);
  } catch {
    return null;
  }
}

function keep(value: string): void {
  try {
    localStorage.setItem(OFF, value);
  } catch {
    // It holds until the page is left.
  }
}
