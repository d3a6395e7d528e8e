export type ThemeKind = 'light' | 'dark' | 'highContrastLight' | 'highContrast';

export interface RunStyle {
  readonly colour: string;
  /** Canvas dashes in pixels; empty for a solid line. */
  readonly dash: readonly number[];
}

/**
 * Eight hues in the spirit of Okabe and Ito's palette for all kinds of colour vision (2008), each in a shade for dark and one for light
 * ground: at least 3:1 contrast to it, and as far apart as a search could bring them for full, protanopic and deuteranopic sight
 * (CIELAB distance 20 and more; the palette's test measures it).
 */
const ON_DARK = ['#308ef1', '#ff9300', '#21d48b', '#d384bd', '#fefa80', '#ea563f', '#684afe', '#f8f7f7'];
const ON_LIGHT = ['#1b95dd', '#965203', '#0da36c', '#c42b92', '#b38e00', '#821e17', '#4118d1', '#232122'];
const DASHES = [[], [7, 4], [2, 3], [9, 3, 2, 3], [14, 4], [5, 2, 1, 2, 1, 2]];

export const COLOURS = ON_DARK.length;

/** Slot n has colour n modulo 8 and, past the colours, another dash pattern. */
export function runStyle(slot: number, theme: ThemeKind): RunStyle {
  const colours = theme === 'light' || theme === 'highContrastLight' ? ON_LIGHT : ON_DARK;
  return { colour: colours[slot % COLOURS]!, dash: DASHES[Math.floor(slot / COLOURS) % DASHES.length]! };
}

/**
 * A slot for each run. Those who have one keep it, whoever comes or goes; a new run starts at a place of its id's own, so that it
 * mostly looks the same in every comparison, and takes the next free one.
 */
export function assignSlots(runIds: readonly string[], known: Readonly<Record<string, number>>): Record<string, number> {
  const slots: Record<string, number> = {};
  const taken = new Set<number>();
  for (const runId of runIds) {
    const slot = Object.hasOwn(known, runId) ? known[runId] : undefined;
    if (slot === undefined || taken.has(slot)) continue;
    slots[runId] = slot;
    taken.add(slot);
  }
  for (const runId of runIds) {
    if (runId in slots) continue;
    const slot = freeSlot(runId, taken);
    slots[runId] = slot;
    taken.add(slot);
  }
  return slots;
}

function freeSlot(runId: string, taken: ReadonlySet<number>): number {
  // The last, which is nearly the text's own colour, comes only after the others.
  const hues = COLOURS - 1;
  const start = hash(runId) % hues;
  for (let base = 0; ; base += COLOURS) {
    for (let i = 0; i < COLOURS; i++) {
      const slot = base + (i < hues ? (start + i) % hues : hues);
      if (!taken.has(slot)) return slot;
    }
  }
}

/** FNV-1a, 32 bits. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193) >>> 0;
  return value;
}
