/** A point of a stroke: x to the right, y down, the digit standing in a box of 1 × 1. A point given twice is a corner. */
export type Point = readonly [x: number, y: number];
export type Stroke = readonly Point[];

/** One way of writing a digit: its strokes in the order in which a hand draws them. */
export interface Glyph {
  readonly strokes: readonly Stroke[];
  /** How often this way is taken beside the digit's others. */
  readonly weight: number;
  /** Width over height, least and most. */
  readonly aspect: readonly [number, number];
}

function glyph(weight: number, aspect: readonly [number, number], ...strokes: readonly string[]): Glyph {
  return { weight, aspect, strokes: strokes.map(readStroke) };
}

/** `55,2 20,15 …`: hundredths of the box; `!` after a point makes it a corner. */
function readStroke(text: string): Stroke {
  return text.split(' ').flatMap((item): Point[] => {
    const corner = item.endsWith('!');
    const [x = 0, y = 0] = (corner ? item.slice(0, -1) : item).split(',').map(Number);
    const point: Point = [x / 100, y / 100];
    return corner ? [point, point] : [point];
  });
}

const WIDE = [0.72, 1.25] as const;
const USUAL = [0.55, 1] as const;
const SLIM = [0.4, 0.75] as const;

/** The ways of writing each digit, drawn for this project. */
export const GLYPHS: readonly (readonly Glyph[])[] = [
  [
    glyph(4, WIDE, '55,2 22,13 6,48 20,88 52,99 82,82 94,45 78,12 50,2 38,6'),
    glyph(2, SLIM, '60,0 30,12 10,40 10,72 32,97 62,94 88,64 90,30 68,4'),
    glyph(2, WIDE, '72,8 48,0 18,18 4,55 22,92 55,98 88,75 95,38 70,6 46,10'),
    glyph(1, WIDE, '24,16 8,48 16,80 42,98 70,92 92,66 92,34 72,8 44,4 20,22'),
  ],
  [
    glyph(8, [0.05, 0.2], '50,0 52,50 50,100'),
    glyph(2, [0.1, 0.3], '90,0 50,50 10,100'),
    glyph(2, [0.2, 0.42], '8,26 60,0! 62,50 60,100'),
    glyph(1, [0.4, 0.6], '14,24 55,0! 55,50 55,99', '12,99 55,100 96,98'),
  ],
  [
    glyph(3, WIDE, '8,24 28,3 62,2 80,24 66,54 34,84 6,97! 45,94 96,97'),
    glyph(4, WIDE, '10,20 38,0 74,8 78,36 54,70 22,95 6,90 10,76 32,78 62,94 97,86'),
    glyph(2, USUAL, '6,14 44,0 84,14 84,38 52,72 10,96! 50,90 80,98 98,92'),
    glyph(1, WIDE, '14,30 40,4 76,14 70,44 40,76 14,98 4,86 20,80 55,88 98,98'),
    glyph(3, [0.9, 1.5], '10,14 48,4 86,4 78,28 40,66 8,94! 50,92 96,90'),
  ],
  [
    glyph(4, USUAL, '10,14 42,0 78,10 74,36 38,47! 80,56 90,80 56,99 8,90'),
    glyph(3, USUAL, '12,10 50,0 84,16 66,40 34,50 44,44 84,58 84,86 46,100 6,92'),
    glyph(1, USUAL, '8,5 46,5 84,4! 62,22 42,40! 84,54 86,84 48,100 6,88'),
    glyph(2, SLIM, '6,8 56,0 88,20 60,44 30,48 72,54 94,76 62,98 10,98'),
  ],
  [
    glyph(4, USUAL, '18,4 8,34 10,54 30,58 88,48', '84,2 76,40 66,100'),
    glyph(2, WIDE, '60,0 34,32 4,62! 50,62 98,60', '66,14 64,50 62,100'),
    glyph(3, USUAL, '18,6 8,36 26,54 60,50 84,30 90,2! 82,46 72,100'),
    glyph(1, USUAL, '62,2 22,40 6,60! 40,62 92,56', '78,0 72,50 68,100'),
  ],
  [
    glyph(4, WIDE, '32,4 24,24 20,44! 52,36 84,54 82,84 50,100 6,90', '32,4 60,4 95,2'),
    glyph(3, USUAL, '92,2 60,4 30,6! 22,40! 58,36 88,58 74,92 38,100 6,90'),
    glyph(2, WIDE, '96,4 52,2 30,16 34,36 64,50 78,70 62,94 30,100 4,88'),
    glyph(1, WIDE, '26,8 16,42! 52,44 74,66 58,94 10,98', '24,8 60,10 98,0'),
  ],
  [
    glyph(4, USUAL, '74,0 38,22 12,58 14,88 44,100 80,88 84,66 56,54 26,66 14,82'),
    glyph(3, USUAL, '48,0 20,34 6,70 26,98 66,98 88,78 66,58 32,64 12,82'),
    glyph(2, SLIM, '66,0 26,34 8,72 30,100 74,92 86,70 54,62 22,82'),
    glyph(1, USUAL, '92,6 54,10 18,46 8,80 36,100 76,90 78,66 46,56 16,74'),
  ],
  [
    glyph(4, USUAL, '4,10 46,8 92,3! 70,44 46,100'),
    glyph(2, USUAL, '4,10 46,8 90,4! 68,44 48,100', '24,54 56,50 88,48'),
    glyph(2, USUAL, '6,26 8,8! 46,8 92,4! 64,46 42,100'),
    glyph(2, USUAL, '4,22 24,6 60,8 90,8 84,28 62,62 52,100'),
  ],
  [
    glyph(4, USUAL, '82,14 52,0 20,14 28,36 64,58 80,84 48,100 18,84 34,60 66,40 86,18 74,6'),
    glyph(2, USUAL, '52,46 22,28 36,4 70,4 80,24 52,46 18,70 26,96 66,98 84,76 56,48'),
    glyph(2, SLIM, '90,8 50,2 16,20 44,44 82,66 70,96 30,98 12,76 48,48 88,22 78,4'),
    glyph(1, WIDE, '66,4 26,8 22,34 56,50 82,72 64,98 24,94 22,70 56,48 82,26 60,2'),
  ],
  [
    glyph(4, USUAL, '84,14 54,1 18,16 16,42 46,52 78,30 86,10! 82,52 72,100'),
    glyph(3, USUAL, '80,12 46,0 14,22 26,48 62,44 84,14! 86,56 66,92 20,98'),
    glyph(2, SLIM, '86,20 52,0 12,22 28,48 70,38 88,12 80,54 52,100'),
    glyph(1, USUAL, '70,30 84,8 46,0 14,24 34,50 72,36 84,10! 78,56 76,100'),
  ],
];
