import {
  type BreakdownView,
  BUNDLES,
  type Bundling,
  type ViewChange,
} from "../lib/breakdown_view.ts";
import { layersText } from "../lib/format.ts";
import { TOP } from "../lib/table_rows.ts";

interface Props {
  readonly view: BreakdownView;
  /** How many layers are shown, of how many. */
  readonly count: number;
  readonly of: number;
  readonly onView: (change: ViewChange) => void;
}

const WORDS: Readonly<Record<Bundling, string>> = {
  none: "nothing",
  block: "block",
  kind: "kind",
};

/** Above the table: which layers it shows, and how they are put together. */
export function TableTools({ view, count, of, onView }: Props) {
  return (
    <div class="table-tools">
      <label class="field">
        <span>Filter</span>
        <input
          type="search"
          placeholder="name or kind"
          value={view.filter}
          onInput={(event) => onView({ filter: event.currentTarget.value.slice(0, 200) })}
        />
      </label>
      <span class="hint" role="status">
        {count === of ? layersText(of) : `${count} of ${layersText(of)}`}
      </span>
      <label class="check">
        <input
          type="checkbox"
          checked={view.top}
          onChange={(event) => onView({ top: event.currentTarget.checked })}
        />
        The {TOP} costliest
      </label>
      <label class="field">
        <span>Group by</span>
        <select
          value={view.bundling}
          onChange={(event) =>
            onView({ bundling: event.currentTarget.value as Bundling, open: [] })
          }
        >
          {BUNDLES.map((bundling) => (
            <option key={bundling} value={bundling}>
              {WORDS[bundling]}
            </option>
          ))}
        </select>
      </label>
    </div>
  );
}
