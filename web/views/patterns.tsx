/**
 * Patterns on top of the series' colours, so that stacks can be told apart without them.
 *
 * Each series has a colour (styles/series.css) and, drawn over it in the background's colour, a
 * pattern of its own; series that are neighbours in a stack never share one.
 */
const LINES: Readonly<Record<string, string>> = {
  weight: "M-1 1l2-2M0 6l6-6M5 7l2-2",
  ofmap: "M0 3h6",
  register_file: "M0 3h6",
  global_buffer: "M-1 1l2-2M0 6l6-6M5 7l2-2",
  second_buffer: "M0 3h6",
  inner_file: "M3 0v6",
  dram: "M3 0v6",
  data: "M3 0v6",
  reduce: "M-1 1l2-2M0 6l6-6M5 7l2-2",
  static: "M-1 1l2-2M0 6l6-6M5 7l2-2",
};

export const hasPattern = (series: string): boolean => series in LINES;

export function Patterns() {
  return (
    <defs>
      {Object.entries(LINES).map(([series, path]) => (
        <pattern
          key={series}
          id={`pattern-${series}`}
          width="6"
          height="6"
          patternUnits="userSpaceOnUse"
        >
          <path class="pattern-line" d={path} />
        </pattern>
      ))}
    </defs>
  );
}
