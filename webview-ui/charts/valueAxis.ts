import type { Range } from './axis';
import type { Vertex } from './polyline';

/**
 * Places for labels on a logarithmic axis, about `count` of them at the most: each decade's 1, 2 and 5, its 1, or every few decades.
 * Within a small part of a decade, where these are too few, round steps as on a linear axis.
 */
export function logTicks({ from, to }: Range, count: number): number[] {
  if (!(from > 0) || to <= from) return [];
  const decades = Math.log10(to / from);
  if (decades < 0.6) return linearTicks({ from, to }, count);
  for (const multiples of [[1, 2, 5], [1]]) {
    const ticks = decadeTicks({ from, to }, multiples, 1);
    if (ticks.length <= count) return ticks;
  }
  return decadeTicks({ from, to }, [1], Math.ceil(decades / count));
}

function decadeTicks({ from, to }: Range, multiples: readonly number[], every: number): number[] {
  const ticks: number[] = [];
  const start = Math.floor(Math.log10(from) / every) * every;
  for (let power = start; power <= Math.log10(to) + 1e-9; power += every) {
    for (const multiple of multiples) {
      const tick = Number(`${multiple}e${power}`);
      if (tick >= from * (1 - 1e-9) && tick <= to * (1 + 1e-9)) ticks.push(tick);
    }
  }
  return ticks;
}

function linearTicks({ from, to }: Range, count: number): number[] {
  const rough = (to - from) / Math.max(1, count - 1);
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((multiple) => multiple * power).find((candidate) => candidate >= rough * 0.999)!;
  const ticks: number[] = [];
  for (let index = Math.ceil(from / step - 1e-9); index * step <= to * (1 + 1e-9); index++)
    ticks.push(Number((index * step).toPrecision(12)));
  return ticks;
}

/**
 * The values that lines have within a view, with the neighbour on either side, so that a line leaves the plot at its sides and
 * not through its top. Undefined where nothing can be drawn.
 */
export function valuesInView(lines: readonly (readonly Vertex[])[], view: Range): Range | undefined {
  let from = Infinity;
  let to = -Infinity;
  for (const line of lines) {
    line.forEach(({ x, y }, index) => {
      const isNear =
        x < view.from ? (line[index + 1]?.x ?? -Infinity) >= view.from : x <= view.to || (line[index - 1]?.x ?? Infinity) <= view.to;
      if (!isNear || Number.isNaN(y)) return;
      from = Math.min(from, y);
      to = Math.max(to, y);
    });
  }
  return from <= to ? { from, to } : undefined;
}
