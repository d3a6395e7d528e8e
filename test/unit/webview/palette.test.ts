import assert from 'node:assert/strict';
import { assignSlots, COLOURS, runStyle } from '../../../webview-ui/charts/palette';

type Rgb = [number, number, number];

const channels = (hex: string): Rgb => [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16) / 255) as Rgb;
const linear = (rgb: Rgb): Rgb => rgb.map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)) as Rgb;
const luminance = (hex: string): number => {
  const [r, g, b] = linear(channels(hex));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
};

function contrast(a: string, b: string): number {
  const [dark, light] = [luminance(a), luminance(b)].sort((x, y) => x - y) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}

/** What a dichromat sees of a linear colour: Viénot, Brettel and Mollon, 1999. */
const SIGHT: Record<string, (rgb: Rgb) => Rgb> = {
  full: (rgb) => rgb,
  protanopia: ([r, g, b]) => [0.11238 * r + 0.88762 * g, 0.11238 * r + 0.88762 * g, 0.00401 * r - 0.00401 * g + b],
  deuteranopia: ([r, g, b]) => [0.29275 * r + 0.70725 * g, 0.29275 * r + 0.70725 * g, -0.02234 * r + 0.02234 * g + b],
};

function lab([r, g, b]: Rgb): Rgb {
  const f = (t: number) => (t > 0.008856 ? Math.cbrt(t) : 7.787 * t + 16 / 116);
  const x = f((0.4124 * r + 0.3576 * g + 0.1805 * b) / 0.9505);
  const y = f(0.2126 * r + 0.7152 * g + 0.0722 * b);
  const z = f((0.0193 * r + 0.1192 * g + 0.9505 * b) / 1.089);
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
}

function difference(a: string, b: string, see: (rgb: Rgb) => Rgb): number {
  const [one, other] = [a, b].map((hex) => lab(see(linear(channels(hex))))) as [Rgb, Rgb];
  return Math.hypot(one[0] - other[0], one[1] - other[1], one[2] - other[2]);
}

const GROUNDS = { dark: '#1f1f1f', light: '#ffffff', highContrast: '#000000', highContrastLight: '#ffffff' } as const;

describe('The palette', () => {
  for (const [theme, ground] of Object.entries(GROUNDS) as [keyof typeof GROUNDS, string][]) {
    const colours = Array.from({ length: COLOURS }, (_, slot) => runStyle(slot, theme).colour);

    it(`stands out from the ${theme} ground by 3:1`, () => {
      for (const colour of colours) assert.ok(contrast(colour, ground) >= 3, `${colour}: ${contrast(colour, ground).toFixed(2)}`);
    });

    for (const [name, see] of Object.entries(SIGHT))
      it(`has no two colours alike on ${theme} ground with ${name} sight`, () => {
        for (let i = 0; i < COLOURS; i++)
          for (let j = 0; j < i; j++) {
            const apart = difference(colours[i]!, colours[j]!, see);
            assert.ok(apart >= 20, `${colours[i]} and ${colours[j]} are ${apart.toFixed(1)} apart`);
          }
      });
  }

  it('goes on with dashes where the colours end', () => {
    assert.equal(runStyle(3, 'dark').colour, runStyle(3 + COLOURS, 'dark').colour);
    assert.deepEqual(runStyle(3, 'dark').dash, []);
    assert.notDeepEqual(runStyle(3 + COLOURS, 'dark').dash, runStyle(3 + 2 * COLOURS, 'dark').dash);
  });
});

describe('A run’s slot', () => {
  const ids = Array.from({ length: 20 }, (_, i) => `run-${i}`);

  it('is its own', () => {
    const slots = assignSlots(ids, {});
    assert.equal(new Set(Object.values(slots)).size, ids.length);
  });

  it('uses every colour before the first dash', () => {
    const slots = assignSlots(ids.slice(0, COLOURS), {});
    assert.deepEqual(
      Object.values(slots).sort((a, b) => a - b),
      Array.from({ length: COLOURS }, (_, i) => i),
    );
  });

  it('stays when others come and go, and after a reload', () => {
    const before = assignSlots(ids.slice(0, 6), {});
    const fewer = assignSlots([ids[4]!, ids[1]!], before);
    assert.equal(fewer[ids[4]!], before[ids[4]!]);
    const more = assignSlots([...ids.slice(6, 12), ids[1]!, ids[4]!], JSON.parse(JSON.stringify(fewer)) as Record<string, number>);
    assert.equal(more[ids[1]!], before[ids[1]!]);
    assert.equal(more[ids[4]!], before[ids[4]!]);
  });

  it('is mostly the same in another comparison', () => {
    assert.deepEqual(assignSlots(['lonely'], {}), assignSlots(['lonely'], {}));
    assert.equal(assignSlots(['lonely', 'other'], {})['lonely'], assignSlots(['lonely'], {})['lonely']);
  });

  it('is given anew where a kept one is taken twice', () => {
    const slots = assignSlots(['a', 'b'], { a: 2, b: 2 });
    assert.equal(slots['a'], 2);
    assert.notEqual(slots['b'], 2);
  });
});
