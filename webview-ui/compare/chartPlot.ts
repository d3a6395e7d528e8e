import { css, html, LitElement, nothing, type PropertyValues } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import { formatNumber } from '../../src/core/format';
import { pan, within, zoom, type Range } from '../charts/axis';
import type { Crosshair, CrosshairPlace } from '../charts/crosshair';
import { Gestures } from '../charts/gestures';
import { MetricChart, type ChartLine } from '../charts/metricChart';
import type { Theme } from '../theme';
import './chartOverlay';
import type { OverlayState } from './chartOverlay';
import type { Comparison } from './comparison';
import { overlayAt } from './overlayAt';
import { SceneMaker, snap } from './scene';
import { base } from '../styles';

/** Long enough for a wheel to come to rest before finer buckets are asked for. */
const REST = 120;

/** The curves of one metric with crosshair, zoom and pan. */
@customElement('chart-plot')
export class ChartPlot extends LitElement {
  static override styles = [
    base,
    css`
      :host {
        display: block;
        position: relative;
        height: 100%;
        min-height: 0;
      }
      .plot {
        position: absolute;
        inset: 0;
        cursor: crosshair;
        touch-action: pan-y;
        border-radius: 3px;
      }
      canvas {
        display: block;
      }
      .partial {
        position: absolute;
        top: 6px;
        right: 14px;
        max-width: 70%;
        padding: 0 6px;
        border-radius: 3px;
        font-size: 11px;
        color: var(--muted);
        background: var(--vscode-editor-background);
      }
      .state {
        position: absolute;
        inset: 0;
        display: grid;
        place-content: center;
        justify-items: center;
        gap: 6px;
        text-align: center;
        padding: 12px 24px;
        color: var(--muted);
      }
    `,
  ];

  @property({ attribute: false }) comparison!: Comparison;
  @property() metric = '';
  @property() scope = '';
  @property({ attribute: false }) crosshair!: Crosshair;
  @property({ attribute: false }) theme!: Theme;
  @property() pointedAt: string | undefined;
  @property({ type: Boolean }) fills = false;
  /** What is in view; undefined: everything. */
  @property({ attribute: false }) view: Range | undefined;
  @state() private overlay: OverlayState | undefined;
  @state() private spoken = '';
  @query('canvas') private canvas!: HTMLCanvasElement;
  @query('.plot') private plot!: HTMLElement;
  private scene!: SceneMaker;
  private chart: MetricChart | undefined;
  private gestures: Gestures | undefined;
  private lines: readonly ChartLine[] = [];
  private cursor: number | undefined;
  private selection: Range | undefined;
  private frame = 0;
  private rest: ReturnType<typeof setTimeout> | undefined;
  private ends: (() => void)[] = [];

  override connectedCallback(): void {
    super.connectedCallback();
    this.requestUpdate();
    this.ends = [
      this.comparison.subscribe((change) => (change.kind === 'comparison' || change.key === this.metric) && this.schedule()),
      this.crosshair.subscribe((place) => this.follow(place)),
    ];
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    for (const end of this.ends) end();
    cancelAnimationFrame(this.frame);
    clearTimeout(this.rest);
    this.gestures?.dispose();
    this.chart?.dispose();
    this.chart = undefined;
    this.gestures = undefined;
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('metric') || changed.has('comparison')) this.scene = new SceneMaker(this.comparison, this.metric);
  }

  protected override updated(changed: PropertyValues<this>): void {
    this.gestures ??= new Gestures(this.plot, this.gestureListener, () => this.fills);
    if (changed.size === 0 || ['theme', 'pointedAt', 'view', 'metric'].some((name) => changed.has(name as keyof ChartPlot))) this.refresh();
  }

  /** One redrawing a frame at the most, however much arrives. */
  private schedule(): void {
    cancelAnimationFrame(this.frame);
    this.frame = requestAnimationFrame(() => this.refresh());
  }

  private refresh(): void {
    if (!this.hasUpdated || !this.isConnected) return;
    this.scene.want();
    if (this.rest === undefined || !this.view) this.scene.look(this.view);
    const whole = this.scene.whole;
    this.lines = this.scene.lines(this.theme, this.pointedAt);
    const { axis, logScale } = this.comparison.view;
    const shown = { lines: this.lines, view: this.view ?? whole ?? { from: 0, to: 1 }, axis, logScale, theme: this.theme };
    if (this.chart) this.chart.show(shown);
    else this.chart = new MetricChart(this.canvas, shown);
    this.canvas.setAttribute('aria-label', this.description);
    const drawn = `${this.message}/${this.lines.length}`;
    if (drawn !== this.drawn) this.requestUpdate();
    this.drawn = drawn;
  }

  /** What the elements around the canvas say depends on. */
  private drawn = '';

  private get message(): string {
    if (this.scene.whole) return '';
    const { runs } = this.scene;
    const failed = runs.map((run) => this.comparison.series.error(run.runId, this.metric)).find(Boolean);
    if (failed) return failed;
    if (runs.length === 0) return 'Every run with this metric is hidden.';
    return runs.every((run) => this.comparison.series.trace(run.runId, this.metric)) ? 'No values yet.' : 'Loading…';
  }

  /** Some runs are drawn, others not yet or not at all: a chart that kept silent about it would mislead. */
  private partial() {
    const { series } = this.comparison;
    const absent = this.scene.runs.filter((run) => !series.trace(run.runId, this.metric));
    if (absent.length === 0) return nothing;
    const error = absent.map((run) => series.error(run.runId, this.metric)).find(Boolean);
    const text = error ?? `Loading ${absent.length} more ${absent.length === 1 ? 'run' : 'runs'}…`;
    return html`<div class="partial ellipsis" role="status" title=${text}>${text}</div>`;
  }

  private get description(): string {
    const values = this.scene.runs.map(
      (run) => `${run.info.runName}: last ${formatNumber(run.metrics.get(this.metric)?.last.value ?? NaN)}`,
    );
    return `${this.metric}, line chart of ${this.scene.runs.length} runs. ${values.join('; ')}`;
  }

  private get gestureListener() {
    return {
      hover: (x: number) => this.pointAt(this.chart?.xAt(x)),
      leave: () => this.pointAt(undefined),
      selecting: (from: number, to: number) => this.select({ from, to }),
      unselect: () => this.select(undefined),
      select: (from: number, to: number) => {
        this.select(undefined);
        if (this.chart) this.look({ from: this.chart.xAt(from), to: this.chart.xAt(to) });
      },
      pan: (pixels: number) => this.pan(pixels / Math.max(1, (this.chart?.area.right ?? 0) - (this.chart?.area.left ?? 0))),
      zoom: (factor: number, x: number) => this.zoom(factor, this.chart?.xAt(x)),
      reset: () => this.look(undefined),
    };
  }

  private zoom(factor: number, about: number | undefined): void {
    const whole = this.scene.whole;
    const view = this.view ?? whole;
    if (whole && view) this.look(zoom(view, factor, about ?? (view.from + view.to) / 2, whole));
  }

  private pan(share: number): void {
    const whole = this.scene.whole;
    if (whole && this.view) this.look(pan(this.view, share, whole));
  }

  private look(view: Range | undefined): void {
    const whole = this.scene.whole;
    const next = view && whole && within(view, whole);
    clearTimeout(this.rest);
    this.rest = setTimeout(() => {
      this.rest = undefined;
      this.refresh();
    }, REST);
    this.crosshair.move(undefined);
    this.dispatchEvent(new CustomEvent<Range | undefined>('view', { detail: next }));
  }

  private select(pixels: Range | undefined): void {
    const area = this.chart?.area;
    this.selection = pixels && area && { from: Math.max(area.left, pixels.from), to: Math.min(area.right, pixels.to) };
    this.drawOverlay(this.cursor, true);
  }

  private pointAt(x: number | undefined): void {
    const place = x === undefined ? undefined : snap(this.scene, this.comparison, this.metric, x);
    this.crosshair.move(place === undefined ? undefined : { scope: this.scope, x: place, source: this });
  }

  private follow(place: CrosshairPlace | undefined): void {
    const x = place && place.scope === this.scope && this.chart ? place.x : undefined;
    if (x === undefined && this.cursor === undefined && !this.selection) return;
    this.cursor = x;
    this.drawOverlay(x, place?.source === this);
  }

  private drawOverlay(x: number | undefined, isSource: boolean): void {
    const { chart, comparison, metric, lines, selection } = this;
    this.overlay = chart && overlayAt({ chart, comparison, metric, lines, selection, x, isSource });
    const tip = this.overlay?.tip;
    if (tip && this.matches(':focus-within'))
      this.spoken = `${tip.title}. ${tip.readings.map((r) => `${r.run.info.runName} ${r.smoothed ?? r.text}`).join(', ')}`;
  }

  private key(event: KeyboardEvent): void {
    const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
    if (step && event.shiftKey) this.pan(step * 0.2);
    else if (step) this.stepCursor(step);
    else if (event.key === '+' || event.key === '=') this.zoom(0.7, this.cursor);
    else if (event.key === '-') this.zoom(1 / 0.7, this.cursor);
    else if (event.key === '0') this.look(undefined);
    else if (event.key === 'Escape' && (this.view || this.selection)) {
      this.gestures?.cancel();
      this.look(undefined);
    } else return;
    event.preventDefault();
    event.stopPropagation();
  }

  /** To the next place where a run has a value, but at least a pixel on. */
  private stepCursor(direction: number): void {
    const { chart, scene } = this;
    if (!chart) return;
    const from = this.cursor ?? chart.xAt(direction > 0 ? chart.area.left - 1 : chart.area.right + 1);
    const pixel = chart.pixelOfX(from);
    for (let reach = 1; reach < chart.area.right - chart.area.left; reach += reach < 8 ? 1 : 4) {
      const place = snap(scene, this.comparison, this.metric, chart.xAt(pixel + direction * reach));
      if (place !== undefined && (place - from) * direction > 0) return this.crosshair.move({ scope: this.scope, x: place, source: this });
    }
  }

  protected override render() {
    const message = this.hasUpdated ? this.message : 'Loading…';
    return html`<div
        class="plot"
        tabindex="0"
        role="group"
        aria-roledescription="chart"
        aria-label="${this.metric}: arrow keys read values, + and − zoom, Shift with arrows moves, 0 resets"
        @keydown=${(event: KeyboardEvent) => this.key(event)}
        @blur=${() => this.pointAt(undefined)}
      >
        <canvas role="img" aria-label=${this.metric}></canvas>
        ${message ? nothing : this.partial()}
        <chart-overlay .state=${this.overlay}></chart-overlay>
      </div>
      ${message ? html`<div class="state">${message}</div>` : nothing}
      <div class="unseen" aria-live="polite">${this.spoken}</div>`;
  }
}
