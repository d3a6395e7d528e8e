export type ThemeKind = 'light' | 'dark' | 'highContrastLight' | 'highContrast';

export interface RunStyle {
  readonly colour: string;
  /** Canvas dashes in pixels; empty for a solid line. */
  readonly dash: readonly number[];
}

/**
 * Eight hues after Okabe and Ito's palette for all kinds of colour vision (2008), each pair one hue in a shade for dark and a
 * shade for light ground, with at least 3:1 contrast to it. Order matters: neighbours are the easiest to tell apart.
 */
const ON_DARK = ['#4ea8f0', '#f0a030', '#2cc295', '#e58ac0', '#f2e15c', '#ff6f47', '#a79bff', '#c8c8c8'];
const ON_LIGHT = ['#0068b0', '#b86200', '#00805c', '#b0417f', '#857400', '#cc3311', '#5b45c8', '#595959'];
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
  for (let base = 0; ; base += COLOURS) {
    const start = hash(runId) % COLOURS;
    for (let i = 0; i < COLOURS; i++) {
      const slot = base + ((start + i) % COLOURS);
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
