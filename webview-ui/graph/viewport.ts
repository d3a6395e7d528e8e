/** What part of a graph is seen: screen = graph × scale + offset. */
export interface Viewport {
  readonly x: number;
  readonly y: number;
  readonly scale: number;
}

export interface Extent {
  readonly width: number;
  readonly height: number;
}

const SMALLEST = 0.08;
const LARGEST = 2.5;

/** All of it in the middle, not larger than life; where it would be too small to read, its beginning. */
export function fitAll(graph: Extent, screen: Extent, least = SMALLEST): Viewport {
  if (graph.width <= 0 || graph.height <= 0 || screen.width <= 0 || screen.height <= 0) return { x: 0, y: 0, scale: 1 };
  const scale = Math.min(1, Math.max(least, Math.min(screen.width / graph.width, screen.height / graph.height)));
  const place = (have: number, need: number): number => (need > have ? 0 : (have - need) / 2);
  return { x: place(screen.width, graph.width * scale), y: place(screen.height, graph.height * scale), scale };
}

/** Larger or smaller by a factor; the point on the screen stays where it is. */
export function zoomAt({ x, y, scale }: Viewport, factor: number, at: { readonly x: number; readonly y: number }): Viewport {
  const next = Math.min(LARGEST, Math.max(SMALLEST, scale * factor));
  const ratio = next / scale;
  return { x: at.x - (at.x - x) * ratio, y: at.y - (at.y - y) * ratio, scale: next };
}

/** Moved just as far as it takes to see a box; pixels of the graph. */
export function reveal(
  { x, y, scale }: Viewport,
  box: { readonly x: number; readonly y: number; readonly width: number; readonly height: number },
  screen: Extent,
  margin = 32,
): Viewport {
  const shift = (offset: number, from: number, size: number, room: number): number => {
    const [low, high] = [offset + from * scale, offset + (from + size) * scale];
    if (low < margin) return offset + margin - low;
    return high > room - margin ? offset - Math.min(high - room + margin, low - margin) : offset;
  };
  return { x: shift(x, box.x, box.width, screen.width), y: shift(y, box.y, box.height, screen.height), scale };
}
