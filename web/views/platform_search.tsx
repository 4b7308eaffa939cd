import type { RefObject } from "preact";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { type PlatformGroup, type PlatformOption, platformGroups } from "../lib/platform_list.ts";
import {
  type ChosenPlatform,
  isSamePlatform,
  ownName,
  type PlatformEntry,
} from "../lib/platforms.ts";

interface Props {
  readonly platforms: readonly PlatformEntry[];
  readonly chosen: ChosenPlatform;
  readonly own: ChosenPlatform | null;
  readonly onPlatform: (platform: ChosenPlatform) => void;
  readonly field: RefObject<HTMLInputElement | null>;
}

const LIST = "platform-list";
/** Moves by one, or to an end. */
const MOVES: Readonly<Record<string, number>> = {
  ArrowDown: 1,
  ArrowUp: -1,
  PageDown: 10,
  PageUp: -10,
};

/** A field that says which platform is chosen; in use, it searches the list of all. */
export function PlatformSearch({ platforms, chosen, own, onPlatform, field }: Props) {
  /** What is searched for; null while the list is closed. */
  const [search, setSearch] = useState<string | null>(null);
  const [active, setActive] = useState(0);
  const open = search !== null;
  const groups = useMemo(
    () => (search === null ? [] : platformGroups(platforms, own, search)),
    [platforms, own, search],
  );
  const options = groups.flatMap((group) => group.options);
  const name =
    chosen.file === null
      ? (platforms.find(({ id }) => id === chosen.id)?.name ?? chosen.id)
      : `${ownName(chosen)} (your file)`;
  const list = useRef<HTMLDivElement>(null);
  const look = (text: string) => {
    setSearch(text);
    setActive(text === "" ? Math.max(0, placeOf(chosen, platforms, own)) : 0);
  };
  const choose = (option: PlatformOption | undefined) => {
    if (option === undefined) return;
    setSearch(null);
    if (!isSamePlatform(option.platform, chosen)) onPlatform(option.platform);
  };
  useEffect(() => {
    if (open)
      list.current?.querySelector("[data-active=true]")?.scrollIntoView({ block: "nearest" });
  }, [open, active, search]);
  const key = (event: KeyboardEvent) => {
    const by = MOVES[event.key];
    if (event.key === "Escape" && open) {
      setSearch(null);
    } else if (event.key === "Enter" && open) {
      choose(options[active]);
    } else if (by !== undefined) {
      if (!open) look("");
      else setActive(Math.max(0, Math.min(options.length - 1, active + by)));
    } else {
      return;
    }
    event.preventDefault();
  };
  return (
    <div class="field platform-field">
      <label for="platform-field">Platform</label>
      <input
        id="platform-field"
        ref={field}
        role="combobox"
        autocomplete="off"
        spellcheck={false}
        aria-autocomplete="list"
        aria-expanded={open}
        aria-controls={LIST}
        {...(open && options.length > 0 ? { "aria-activedescendant": optionId(active) } : {})}
        title={name}
        value={search ?? name}
        placeholder={name}
        onMouseDown={() => !open && look("")}
        onInput={(event) => look(event.currentTarget.value)}
        onKeyDown={key}
        onBlur={() => setSearch(null)}
      />
      <span class="arrow-down" aria-hidden="true" />
      {open && (
        <div class="platform-popup" ref={list}>
          <div id={LIST} role="listbox" aria-label="Platforms" tabIndex={-1}>
            <Groups groups={groups} active={active} chosen={chosen} onChoose={choose} />
          </div>
          {options.length === 0 && <p class="hint">No platform has all these words.</p>}
        </div>
      )}
      <span class="unseen" role="status">
        {search ? `${options.length} platforms` : ""}
      </span>
    </div>
  );
}

function Groups(props: {
  groups: readonly PlatformGroup[];
  active: number;
  chosen: ChosenPlatform;
  onChoose: (option: PlatformOption) => void;
}) {
  let place = -1;
  return (
    <>
      {props.groups.map(({ label, about, options }) => (
        // biome-ignore lint/a11y/useSemanticElements: a part of a listbox
        <div key={label} role="group" aria-label={label}>
          <p class="group-label" aria-hidden="true">
            {label} <span class="hint">{about}</span>
          </p>
          {options.map((option) => {
            place += 1;
            const isActive = place === props.active;
            return (
              // biome-ignore lint/a11y/useKeyWithClickEvents: the field takes the keys
              <div
                key={option.platform.file === null ? option.platform.id : "own file"}
                id={optionId(place)}
                class={option.brief ? "option one-line" : "option"}
                title={option.brief ? option.says : undefined}
                role="option"
                tabIndex={-1}
                aria-selected={isSamePlatform(option.platform, props.chosen)}
                data-active={isActive}
                data-platform={option.platform.file === null ? option.platform.id : ""}
                onMouseDown={(event) => event.preventDefault()} // the field keeps the focus
                onClick={() => props.onChoose(option)}
              >
                <span class="option-name">{option.name}</span>{" "}
                <span class="hint">{option.says}</span>
              </div>
            );
          })}
        </div>
      ))}
    </>
  );
}

const optionId = (place: number) => `platform-option-${place}`;

/** Where the chosen one stands in the whole list. */
function placeOf(
  chosen: ChosenPlatform,
  platforms: readonly PlatformEntry[],
  own: ChosenPlatform | null,
): number {
  const options = platformGroups(platforms, own, "").flatMap((group) => group.options);
  return options.findIndex(({ platform }) => isSamePlatform(platform, chosen));
}
