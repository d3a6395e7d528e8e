import type { WireHistogram, WireNumbers } from '../../src/protocol/data';

/** A bar of a histogram: its ends as shares of the domain and its height as a share of the greatest. */
export interface DensityBar {
  readonly from: number;
  readonly to: number;
  readonly height: number;
}

/** A value of which there is no other is drawn so wide, as a share of the domain. */
const SPIKE = 0.02;

/** From the least of both to the greatest; bins of whole numbers reach further than those. */
export function domainOf(...numbers: readonly (WireNumbers | undefined)[]): readonly [number, number] {
  const known = numbers.filter((each) => each !== undefined);
  const edges = known.flatMap(({ histogram }) => [histogram.edges[0] ?? Infinity, histogram.edges.at(-1) ?? -Infinity]);
  return [
    Math.min(...known.map(({ min }) => min), ...edges.filter((edge) => edge < Infinity)),
    Math.max(...known.map(({ max }) => max), ...edges.filter((edge) => edge > -Infinity)),
  ];
}

/**
 * Histograms over one domain in a form in which they can be laid over each other: bins may have any width, and versions any number of
 * values, so heights are shares of values by width.
 */
export function densities(histograms: readonly (WireHistogram | undefined)[], [low, high]: readonly [number, number]): DensityBar[][] {
  const span = high - low;
  const bars = histograms.map((histogram) => (histogram ? barsOf(histogram, low, span) : []));
  const greatest = Math.max(...bars.flat().map(({ height }) => height), Number.MIN_VALUE);
  return bars.map((list) => list.map((bar) => ({ ...bar, height: bar.height / greatest })));
}

function barsOf({ edges, counts }: WireHistogram, low: number, span: number): DensityBar[] {
  const total = counts.reduce((sum, count) => sum + count, 0);
  if (total === 0) return [];
  const place = (value: number): number => (span > 0 ? (value - low) / span : 0);
  return counts.flatMap((count, index) => {
    if (count === 0) return [];
    let [from, to] = span > 0 ? [place(edges[index]!), place(edges[index + 1]!)] : [0, 1];
    if (to - from < SPIKE / 10) {
      from = Math.min(Math.max(0, from - SPIKE / 2), 1 - SPIKE);
      to = from + SPIKE;
    }
    return [{ from, to, height: count / total / (to - from) }];
  });
}

/** The outline of bars in a box of so many units, from its lower left; SVG's path. */
export function outline(bars: readonly DensityBar[], width: number, height: number): string {
  const round = (value: number): number => Math.round(value * 100) / 100;
  let path = `M0 ${height}`;
  let end = 0;
  for (const { from, to, height: share } of bars) {
    const top = round(height - Math.max(share * height, 0.75));
    if (from > end + 1e-6) path += `H${round(end * width)}V${height}H${round(from * width)}`;
    path += `V${top}H${round(to * width)}`;
    end = to;
  }
  return `${path}V${height}`;
}
