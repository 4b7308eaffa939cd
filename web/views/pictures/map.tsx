import { useMemo } from "preact/hooks";
import { costWord, shareOf, totalCost, unitOf } from "../../lib/cost.ts";
import { layersText, share } from "../../lib/format.ts";
import { kindPaint } from "../../lib/kinds.ts";
import {
  costOf,
  type IcicleCell,
  type IciclePicture,
  icicle,
  less,
  STRIP,
} from "../../lib/pictures/icicle.ts";
import { type Module, moduleAt, wayTo } from "../../lib/pictures/modules.ts";
import { memo } from "../memo.ts";
import { hasPattern } from "../patterns.tsx";
import { useWidth } from "../use_width.ts";
import { Frame, type PictureProps, usePointed } from "./frame.tsx";
import { Says } from "./says.tsx";

interface Props extends PictureProps {
  readonly tree: { readonly root: Module; readonly named: boolean };
  /** The path of the module shown. */
  readonly module: string;
  readonly onModule: (path: string) => void;
}

const HEIGHT = 400;

/** The model's modules as an icicle: press a layer to choose it, a module to look into it. */
export function ModuleMap(props: Props) {
  const { result, selected, tree, module, onModule, onSelect } = props;
  const [frame, width] = useWidth(640);
  const pointed = usePointed(props.pointing);
  const way = useMemo(() => wayTo(tree.root, module), [tree, module]);
  const shown = moduleAt(tree.root, module);
  const picture = useMemo(() => icicle(shown, width, HEIGHT), [shown, width]);
  const whole = totalCost(result);
  const says = mapFinding(shown, whole, costWord(unitOf(result)));
  const order = useMemo(() => shown.rows.map(({ index }) => index), [shown]);
  const press = (x: number, y: number) => {
    const cell = cellAt(picture, x, y);
    if (cell === undefined) return;
    if (cell.row === null) onModule(cell.module.path);
    else onSelect(cell.row.index);
  };
  // Enter looks into the module around the layer chosen, Escape out of the one shown.
  const key = (key: string): boolean => {
    if (key === "Enter") {
      const into = shown.children.find(({ rows }) => rows.some(({ index }) => index === selected));
      if (into === undefined || into.children.length === 0) return false;
      onModule(into.path);
      return true;
    }
    const out = way.at(-2);
    if (key !== "Escape" || out === undefined) return false;
    onModule(out.path);
    return true;
  };
  return (
    <>
      <Says text={says} />
      <nav class="crumbs" aria-label="Modules">
        {way.map((one, place) => (
          <span key={one.path}>
            {place > 0 && <span aria-hidden="true">› </span>}
            <button
              type="button"
              class="quiet"
              aria-current={one === shown ? "true" : undefined}
              onClick={() => onModule(one.path)}
            >
              {place === 0 ? result.model.name : one.name}
            </button>
          </span>
        ))}
        <span class="hint">
          {tree.named ? "By module" : "By kind: names tell of no modules"}; Enter looks into a
          module, Escape out.
        </span>
      </nav>
      <Frame
        {...props}
        frame={frame}
        width={width}
        height={HEIGHT}
        title={`Map of ${shown.rows.length} layers by ${tree.named ? "module" : "kind"}`}
        says={says}
        order={order}
        at={(x, y) => cellAt(picture, x, y)?.row?.index ?? null}
        ends={(index) => {
          const cell = cellOf(picture, index);
          return cell === undefined ? null : [cell.x, cell.x + cell.width / 2];
        }}
        onPress={press}
        onKey={key}
      >
        <Cells picture={picture} whole={whole} />
        <CellMark picture={picture} index={pointed} kind="outline hovered" />
        <CellMark picture={picture} index={selected} kind="outline" />
      </Frame>
      {picture.hidden > 0 && (
        <p class="hint">Too small to be drawn, or of unknown cost: {layersText(picture.hidden)}.</p>
      )}
    </>
  );
}

const Cells = memo(({ picture, whole }: { picture: IciclePicture; whole: number | null }) => (
  <g class="cells">
    {picture.cells.map((cell) => (
      <Cell key={cell.module.path} cell={cell} whole={whole} />
    ))}
  </g>
));

function Cell({ cell, whole }: { cell: IcicleCell; whole: number | null }) {
  const { x, y, row } = cell;
  const [width, height] = [less(cell.width, 1), less(cell.height, 1)];
  const paint = row === null ? null : kindPaint(row.layer.kind);
  const middle = y + height / 2;
  const strip = Math.min(STRIP, width);
  return (
    <g class={row === null ? "module" : "leaf"}>
      <rect class="ground" x={x} y={y} width={width} height={height} />
      {paint !== null && (
        <>
          <rect class={`fill-${paint} tint`} x={x} y={y} width={width} height={height} />
          <rect class={`fill-${paint}`} x={x} y={y} width={strip} height={height} />
          {hasPattern(paint) && (
            <rect x={x} y={y} width={strip} height={height} fill={`url(#pattern-${paint})`} />
          )}
        </>
      )}
      {cell.text !== "" && (
        <text x={x + STRIP + 5} y={middle} dy="0.34em">
          {cell.text}
        </text>
      )}
      {cell.roomy && (
        <text class="end soft" x={x + width - 6} y={middle} dy="0.34em">
          {share(shareOf(cell.cost, whole))}
        </text>
      )}
    </g>
  );
}

function CellMark(props: { picture: IciclePicture; index: number | null; kind: string }) {
  const cell = props.index === null ? undefined : cellOf(props.picture, props.index);
  if (cell === undefined) return null;
  const [width, height] = [less(cell.width, 3, 2), less(cell.height, 2, 2)];
  return <rect class={props.kind} x={cell.x + 1} y={cell.y} width={width} height={height} />;
}

/** The cell of a layer, or that of the innermost module drawn around it. */
function cellOf({ cells }: IciclePicture, index: number): IcicleCell | undefined {
  return cells.findLast(({ module }) => module.rows.some((row) => row.index === index));
}

function cellAt({ cells }: IciclePicture, x: number, y: number): IcicleCell | undefined {
  return cells.find(
    (cell) => x >= cell.x && x < cell.x + cell.width && y >= cell.y && y < cell.y + cell.height,
  );
}

/** "Of ResNet-50's energy 34.1 % lies in layer3, the most of 8 modules." */
function mapFinding(shown: Module, whole: number | null, word: string): string {
  const [most] = [...shown.children].sort((a, b) => costOf(b) - costOf(a));
  const all = costOf(shown);
  if (most === undefined || all === 0) return `No layer's ${word} is known.`;
  const within = shown.path === "" ? "" : ` (${shown.name}: ${share(shareOf(all, whole))})`;
  return `${most.name} takes ${share(shareOf(costOf(most), whole))} of the ${word}, the most of ${shown.children.length} parts${within}.`;
}
