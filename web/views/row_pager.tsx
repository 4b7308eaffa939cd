import { canBeWhole, ROWS_AT_ONCE, type RowView, shownPlaces } from "../lib/row_window.ts";

interface Props {
  readonly view: RowView;
  /** Goes to the row at a place. */
  readonly onTurn: (place: number) => void;
  readonly onWhole: (whole: boolean) => void;
}

/** Below a long table: the way to the rows that are not shown. */
export function RowPager({ view, onTurn, onWhole }: Props) {
  const { first, end } = shownPlaces(view);
  return (
    <div class="pager">
      {!view.whole && (
        <>
          <Turn label="Previous" to={first - ROWS_AT_ONCE} able={first > 0} onTurn={onTurn} />
          <Turn label="Next" to={end} able={end < view.count} onTurn={onTurn} />
        </>
      )}
      <p role="status">{shownText(view)}</p>
      {canBeWhole(view) && (
        <button type="button" class="quiet" onClick={() => onWhole(!view.whole)}>
          {view.whole ? `Show ${ROWS_AT_ONCE} at a time` : `Show all ${view.count} layers`}
        </button>
      )}
    </div>
  );
}

/** "Rows 1 to 200 of 2697": in the table's present order. */
export function shownText(view: RowView): string {
  const { first, end } = shownPlaces(view);
  if (end - first === view.count) return `All ${view.count} rows`;
  return `Rows ${first + 1} to ${end} of ${view.count}`;
}

/** A button that stays where it is, and keeps the keyboard, where there is nothing more. */
function Turn(props: {
  label: string;
  to: number;
  able: boolean;
  onTurn: (place: number) => void;
}) {
  const { label, to, able, onTurn } = props;
  return (
    <button type="button" aria-disabled={!able} onClick={() => able && onTurn(to)}>
      {label} {ROWS_AT_ONCE}
    </button>
  );
}
