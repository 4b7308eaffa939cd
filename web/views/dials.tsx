import { counting, doubling, PERCENT, sizes } from "../lib/dials.ts";
import { factor } from "../lib/format.ts";
import type { Bits, Choices, Opened } from "../lib/opened.ts";
import { bytesText, sizableLevels } from "../lib/platform_facts.ts";
import { isMapped, type Result } from "../lib/result.ts";
import { meanZeros, withSetZeros, type ZeroTensor } from "../lib/set_zeros.ts";
import type { Shown } from "../lib/shown.ts";
import { Dial, type FieldUnit, SHARE_UNIT } from "./dial.tsx";

interface Props {
  readonly opened: Opened;
  readonly choices: Choices;
  readonly shown: Shown;
  readonly onSlide: (change: Partial<Choices>) => void;
}

const BATCHES = doubling(8);
const BATCH = { name: "", size: 1, least: 1, most: 1 << 20, whole: true };
const WIDTH = { name: "", size: 1, least: 1, most: 64, whole: true };
/** What devices compute in: powers of two. */
const TIMED_WIDTHS = doubling(6);
const BYTES = { name: "B", size: 1, least: 1, most: 2 ** 40, whole: true };
const SIZES = [
  BYTES,
  { name: "KiB", size: 2 ** 10, least: 0.001, most: 2 ** 30, whole: false },
  { name: "MiB", size: 2 ** 20, least: 0.001, most: 2 ** 20, whole: false },
];

/** What can be tried out by turning: batch, widths, zeros, sizes of memories. */
export function Dials({ opened, choices, shown, onSlide }: Props) {
  const { result } = shown;
  const batch = choices.batch ?? result.options.batch;
  const bits = choices.bits ?? ownBits(result);
  const mapped = isMapped(result.platform);
  const widths = mapped ? counting(Math.max(16, wordBits(result))) : TIMED_WIDTHS;
  const setBits = (change: Partial<Bits>) => onSlide({ bits: { ...bits, ...change } });
  return (
    <>
      <Dial
        label="Batch"
        title={
          mapped
            ? "Images computed together: weights are fetched once for all of them"
            : "Images computed together"
        }
        scale={BATCHES}
        value={batch}
        unit={BATCH}
        text={`${batch}`}
        onValue={(batch) => onSlide({ batch })}
      />
      <Dial
        label="Weight bits"
        title="Width of a weight"
        scale={widths}
        value={bits.weight}
        unit={WIDTH}
        text={`${bits.weight} bits`}
        onValue={(weight) => setBits({ weight })}
      />
      <Dial
        label="Activation bits"
        title="Width of a value of an ifmap or ofmap"
        scale={widths}
        value={bits.activation}
        unit={WIDTH}
        text={`${bits.activation} bits`}
        onValue={(activation) => setBits({ activation })}
      />
      {mapped && (
        <>
          <ZerosDial
            tensor="weight"
            label="Zero weights"
            title="Share of the weights that are zero, the same in every layer"
            {...{ opened, choices, result, onSlide }}
          />
          <ZerosDial
            tensor="activation"
            label="Zero activations"
            title="Share of the activations that are zero, the same in every layer, the model’s input included"
            {...{ opened, choices, result, onSlide }}
          />
        </>
      )}
      {/* Of the accelerator chosen, once its breakdown is there. */}
      {mapped && choices.platform === opened.choices.platform && (
        <SizeDials {...{ choices, shown, onSlide }} />
      )}
    </>
  );
}

function ZerosDial(props: {
  tensor: ZeroTensor;
  label: string;
  title: string;
  choices: Choices;
  result: Result;
  onSlide: Props["onSlide"];
}) {
  const { tensor, label, title, choices, result, onSlide } = props;
  const set = choices.setZeros?.[tensor] ?? null;
  const mean = meanZeros(result.layers, tensor);
  const share = set ?? mean;
  const known = set === null && mean > 0;
  return (
    <Dial
      label={label}
      title={title}
      scale={PERCENT}
      value={set ?? Math.round(1000 * mean) / 1000}
      unit={SHARE_UNIT}
      text={`${(100 * share).toFixed(0)} %${known ? ", mean of the layers" : ""}`}
      hint={set !== null ? "all layers" : known ? "mean" : ""}
      {...(known ? { hintTitle: "The mean of the layers, by their MACs" } : {})}
      onValue={(share) =>
        onSlide({ setZeros: withSetZeros(choices.setZeros, tensor, share, result.layers) })
      }
    />
  );
}

function SizeDials({ choices, shown, onSlide }: Omit<Props, "opened">) {
  const { facts, result } = shown;
  return (
    <>
      {sizableLevels(facts).map(({ id, name, size_bytes, bank_bytes }) => {
        const size = choices.capacities[id] ?? size_bytes;
        // The other names of the level's remarks would be long: there is one for each change.
        const unscaled = result.notes.find(
          ({ code, text }) => code === "unscaled" && text.startsWith(`${name},`),
        );
        const changed = size !== size_bytes;
        return (
          <Dial
            key={id}
            label={name}
            title={`Capacity of ${name}; its file says ${bytesText(size_bytes)}`}
            scale={sizes(size_bytes, bank_bytes)}
            value={size}
            unit={sizeUnit(size_bytes)}
            text={bytesText(size)}
            hint={changed ? changedText(size / size_bytes, unscaled !== undefined) : ""}
            {...(unscaled === undefined ? {} : { hintTitle: unscaled.text })}
            onValue={(bytes) =>
              onSlide({ capacities: withCapacity(choices, id, Math.round(bytes), size_bytes) })
            }
          />
        );
      })}
    </>
  );
}

/** The largest unit that a memory's own size is not less than one of. */
function sizeUnit(own_bytes: number): FieldUnit {
  return SIZES.findLast(({ size }) => own_bytes >= size) ?? BYTES;
}

/** "×1.19", and whether the energy of a word is not known to follow. */
function changedText(ratio: number, unscaled: boolean): string {
  return `${factor(ratio)}${unscaled ? ", unscaled" : ""}`;
}

/** What a level's own size is need not be said. */
function withCapacity({ capacities }: Choices, id: string, bytes: number, own_bytes: number) {
  const { [id]: _, ...others } = capacities;
  return bytes === own_bytes ? others : { ...others, [id]: Math.max(1, bytes) };
}

/** The widths of the first layer with MACs: what runs when nobody chose any. */
export function ownBits(result: Result): Bits {
  const word = wordBits(result);
  const bits = (result.layers.find((layer) => layer.macs) ?? result.layers[0])?.bits ?? {};
  return { weight: bits.weight ?? word, activation: bits.activation ?? word };
}

/** The width that a platform computes in by itself. */
function wordBits({ platform }: Result): number {
  return platform.word_bits ?? 32;
}
