import { GLYPHS, type Glyph, type Point } from './glyphs';
import { MIDDLE, SIDE } from './mnist';
import type { Random } from './random';

/** A stroke as the pen goes it: x, y and the pen's radius at each point, in pixels once it has been fitted. */
interface Trace {
  readonly x: number[];
  readonly y: number[];
  readonly radius: number[];
}

/** MNIST's digits fit a box of 20 × 20 pixels. */
const BOX = 20;
const STEPS = 7;

/** Draws a digit as a hand might: 784 grey values, 0 is paper, centred by mass. */
export function drawDigit(digit: number, random: Random, into: Uint8Array): void {
  const traces = write(pickGlyph(digit, random), random);
  lean(traces, random);
  fit(traces, random);
  const ink = new Float32Array(SIDE * SIDE);
  for (const trace of traces) stamp(trace, ink);
  develop(ink, random, into);
}

function pickGlyph(digit: number, random: Random): Glyph {
  const glyphs = GLYPHS[digit] ?? [];
  let left = random.next() * glyphs.reduce((sum, glyph) => sum + glyph.weight, 0);
  return glyphs.find((glyph) => (left -= glyph.weight) < 0) ?? glyphs[0]!;
}

/** The strokes with an unsteady hand: moved control points, a smooth curve through them, a bent sheet of paper. */
function write(glyph: Glyph, random: Random): Trace[] {
  const unsteady = random.between(0.015, 0.045);
  const aspect = random.between(...glyph.aspect);
  const bend = bentPaper(random, random.between(0.015, 0.07));
  return glyph.strokes.map((stroke) => {
    const points: Point[] = [];
    stroke.forEach((point, at) => {
      const before = points[at - 1];
      const corner = at > 0 && stroke[at - 1]![0] === point[0] && stroke[at - 1]![1] === point[1];
      points.push(corner && before ? before : [point[0] + random.normal(unsteady), point[1] + random.normal(unsteady)]);
    });
    const trace = smooth(points);
    for (let i = 0; i < trace.x.length; i++) {
      const [dx, dy] = bend(trace.x[i]!, trace.y[i]!);
      trace.x[i] = (trace.x[i]! + dx - 0.5) * aspect;
      trace.y[i] = trace.y[i]! + dy - 0.5;
    }
    return trace;
  });
}

/** A Catmull–Rom curve through the points. */
function smooth(points: readonly Point[]): Trace {
  const trace: Trace = { x: [], y: [], radius: [] };
  const at = (index: number): Point => points[Math.max(0, Math.min(points.length - 1, index))]!;
  for (let i = 0; i < points.length - 1; i++) {
    const [a, b, c, d] = [at(i - 1), at(i), at(i + 1), at(i + 2)];
    if (b[0] === c[0] && b[1] === c[1]) continue;
    const last = i === points.length - 2 ? STEPS : STEPS - 1;
    for (let step = 0; step <= last; step++) {
      const t = step / STEPS;
      trace.x.push(spline(a[0], b[0], c[0], d[0], t));
      trace.y.push(spline(a[1], b[1], c[1], d[1], t));
    }
  }
  return trace;
}

function spline(a: number, b: number, c: number, d: number, t: number): number {
  return b + 0.5 * t * (c - a + t * (2 * a - 5 * b + 4 * c - d + t * (3 * (b - c) + d - a)));
}

/** An elastic distortion: a coarse lattice of random shifts, blended smoothly between its knots. */
function bentPaper(random: Random, strength: number): (x: number, y: number) => readonly [number, number] {
  const knots = 5;
  const shift = Float64Array.from({ length: knots * knots * 2 }, () => random.normal(strength));
  const ease = (t: number): number => t * t * (3 - 2 * t);
  return (x, y) => {
    const u = Math.max(0, Math.min(knots - 1.001, x * 2.6 + 0.7));
    const v = Math.max(0, Math.min(knots - 1.001, y * 2.6 + 0.7));
    const [i, j] = [Math.floor(u), Math.floor(v)];
    const [s, t] = [ease(u - i), ease(v - j)];
    const blend = (axis: number): number => {
      const knot = (column: number, row: number): number => shift[2 * (row * knots + column) + axis]!;
      const above = knot(i, j) * (1 - s) + knot(i + 1, j) * s;
      return above * (1 - t) + (knot(i, j + 1) * (1 - s) + knot(i + 1, j + 1) * s) * t;
    };
    return [blend(0), blend(1)];
  };
}

/** Slant and turn, as handwriting has them: mostly to the right. */
function lean(traces: readonly Trace[], random: Random): void {
  const slant = 0.2 + random.normal(0.26);
  const angle = random.normal(0.1);
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  for (const { x, y } of traces) {
    for (let i = 0; i < x.length; i++) {
      const slanted = x[i]! - slant * y[i]!;
      const old = y[i]!;
      x[i] = slanted * cos - old * sin;
      y[i] = slanted * sin + old * cos;
    }
  }
}

/** Scales to the box, puts the strokes' centre of mass in the middle, and gives the pen its width. */
function fit(traces: readonly Trace[], random: Random): void {
  const pen = Math.max(0.75, Math.min(2.3, 1.22 + random.normal(0.34)));
  const press = random.between(0, 0.22);
  let [left, right, top, bottom] = [Infinity, -Infinity, Infinity, -Infinity];
  for (const { x, y } of traces) {
    for (const value of x) [left, right] = [Math.min(left, value), Math.max(right, value)];
    for (const value of y) [top, bottom] = [Math.min(top, value), Math.max(bottom, value)];
  }
  const scale = (BOX - 2 * pen) / Math.max(right - left, bottom - top);
  let [length, massX, massY] = [0, 0, 0];
  for (const { x, y, radius } of traces) {
    const phase = random.between(0, Math.PI * 2);
    const tail = random.between(0.55, 1);
    for (let i = 0; i < x.length; i++) {
      x[i] = x[i]! * scale;
      y[i] = y[i]! * scale;
      const along = i / (x.length - 1);
      // The pen lifts towards the end of a stroke.
      const lift = along > 0.8 ? 1 - (1 - tail) * ((along - 0.8) / 0.2) : 1;
      radius.push(pen * lift * (1 + press * Math.sin(phase + along * 5)));
      if (i === 0) continue;
      const piece = Math.hypot(x[i]! - x[i - 1]!, y[i]! - y[i - 1]!);
      length += piece;
      massX += (piece * (x[i]! + x[i - 1]!)) / 2;
      massY += (piece * (y[i]! + y[i - 1]!)) / 2;
    }
  }
  const margin = pen + 1;
  // The ink stays inside, even of a digit whose mass is far from its middle.
  const shift = (mass: number, from: number, to: number): number =>
    Math.max(margin - from * scale, Math.min(SIDE - margin - to * scale, MIDDLE - mass / length));
  const [aside, down] = [shift(massX, left, right), shift(massY, top, bottom)];
  for (const { x, y } of traces) {
    for (let i = 0; i < x.length; i++) {
      x[i] = x[i]! + aside;
      y[i] = y[i]! + down;
    }
  }
}

/** Lays a stroke's ink, 0 to 1, on the pixels near each piece of it; edges are anti-aliased by their distance. */
function stamp({ x, y, radius }: Trace, ink: Float32Array): void {
  for (let i = 1; i < x.length; i++) {
    const [ax, ay, bx, by] = [x[i - 1]!, y[i - 1]!, x[i]!, y[i]!];
    const reach = Math.max(radius[i - 1]!, radius[i]!) + 0.7;
    const fromRow = Math.max(0, Math.floor(Math.min(ay, by) - reach));
    const toRow = Math.min(SIDE - 1, Math.ceil(Math.max(ay, by) + reach));
    const fromColumn = Math.max(0, Math.floor(Math.min(ax, bx) - reach));
    const toColumn = Math.min(SIDE - 1, Math.ceil(Math.max(ax, bx) + reach));
    const [dx, dy] = [bx - ax, by - ay];
    const square = dx * dx + dy * dy || 1;
    for (let row = fromRow; row <= toRow; row++) {
      for (let column = fromColumn; column <= toColumn; column++) {
        const [px, py] = [column + 0.5 - ax, row + 0.5 - ay];
        const along = Math.max(0, Math.min(1, (px * dx + py * dy) / square));
        const away = Math.sqrt((px - along * dx) ** 2 + (py - along * dy) ** 2);
        const pen = radius[i - 1]! + (radius[i]! - radius[i - 1]!) * along;
        const cover = (pen - away) / 1.3 + 0.5;
        const at = row * SIDE + column;
        if (cover > ink[at]!) ink[at] = cover > 1 ? 1 : cover;
      }
    }
  }
}

/** Ink to bytes, with the grain of paper and scanner on the strokes and on their edges. */
function develop(ink: Float32Array, random: Random, into: Uint8Array): void {
  const dark = random.between(1, 1.35);
  const grain = random.between(0.01, 0.09);
  for (let at = 0; at < ink.length; at++) {
    const value = ink[at]!;
    into[at] =
      value === 0 ? 0 : Math.max(0, Math.min(255, Math.round(255 * (value * dark + (random.next() + random.next() - 1) * grain * 2))));
  }
}
