/** What a person does on a plot, in pixels from the canvas's left edge. */
export interface GestureListener {
  hover(x: number): void;
  leave(): void;
  /** While a range is being drawn; then `select` or, when it is too small or given up, `unselect`. */
  selecting(from: number, to: number): void;
  select(from: number, to: number): void;
  unselect(): void;
  /** `share` of the plot's width by which the view moves to the right. */
  pan(pixels: number): void;
  /** A factor below 1 zooms in. */
  zoom(factor: number, x: number): void;
  reset(): void;
}

const LEAST_SELECTION = 6;

/**
 * Drag draws a range to zoom into, Shift with drag (or the middle button) moves, Ctrl or Cmd with the wheel (a pinch on a trackpad)
 * zooms; the bare wheel scrolls the page, unless `wheelZooms` says that the chart fills it.
 */
export class Gestures {
  private start: { readonly pointer: number; readonly x: number; readonly isPan: boolean; last: number } | undefined;
  private readonly ending = new AbortController();

  constructor(
    private readonly plot: HTMLElement,
    private readonly listener: GestureListener,
    private readonly wheelZooms: () => boolean,
  ) {
    const { signal } = this.ending;
    plot.addEventListener('pointerdown', (event) => this.down(event), { signal });
    plot.addEventListener('pointermove', (event) => this.move(event), { signal });
    plot.addEventListener('pointerup', (event) => this.up(event), { signal });
    plot.addEventListener('pointercancel', () => this.cancel(), { signal });
    plot.addEventListener('pointerleave', () => !this.start && listener.leave(), { signal });
    plot.addEventListener('dblclick', () => listener.reset(), { signal });
    plot.addEventListener('wheel', (event) => this.wheel(event), { signal, passive: false });
  }

  dispose(): void {
    this.ending.abort();
  }

  cancel(): void {
    this.start = undefined;
    this.listener.unselect();
  }

  private down(event: PointerEvent): void {
    if (event.button > 1) return;
    const x = this.xOf(event);
    this.start = { pointer: event.pointerId, x, isPan: event.shiftKey || event.button === 1, last: x };
    this.plot.setPointerCapture(event.pointerId);
  }

  private move(event: PointerEvent): void {
    const x = this.xOf(event);
    if (!this.start || this.start.pointer !== event.pointerId) return this.listener.hover(x);
    if (this.start.isPan) this.listener.pan(this.start.last - x);
    else if (Math.abs(x - this.start.x) >= LEAST_SELECTION) this.listener.selecting(Math.min(x, this.start.x), Math.max(x, this.start.x));
    this.start.last = x;
  }

  private up(event: PointerEvent): void {
    const { start } = this;
    if (!start || start.pointer !== event.pointerId) return;
    this.start = undefined;
    const x = this.xOf(event);
    if (!start.isPan && Math.abs(x - start.x) >= LEAST_SELECTION) this.listener.select(Math.min(x, start.x), Math.max(x, start.x));
    else this.listener.unselect();
  }

  private wheel(event: WheelEvent): void {
    if (!event.ctrlKey && !event.metaKey && !this.wheelZooms()) return;
    event.preventDefault();
    this.listener.zoom(Math.exp(Math.max(-0.5, Math.min(0.5, event.deltaY * 0.004))), this.xOf(event));
  }

  private xOf(event: MouseEvent): number {
    return event.clientX - this.plot.getBoundingClientRect().left;
  }
}
