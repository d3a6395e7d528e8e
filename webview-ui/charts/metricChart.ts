import {
  Chart,
  LinearScale,
  LineController,
  LineElement,
  LogarithmicScale,
  PointElement,
  type ChartDataset,
  type ChartOptions,
  type Plugin,
  type Scale,
} from 'chart.js';
import { formatNumber } from '../../src/core/format';
import type { XAxis } from '../../src/protocol/compare';
import type { Theme } from '../theme';
import { formatX, timeTicks, type Range } from './axis';
import type { RunStyle } from './palette';
import type { undrawn, Vertex } from './polyline';
import { logTicks, valuesInView } from './valueAxis';

Chart.register(LineController, LineElement, PointElement, LinearScale, LogarithmicScale);

/** A run's line in a chart. */
export interface ChartLine {
  readonly runId: string;
  readonly style: RunStyle;
  readonly raw: Vertex[];
  /** The moving average; the raw line is drawn faintly behind it. */
  readonly smooth: Vertex[] | undefined;
  readonly marks: ReturnType<typeof undrawn>;
  /** Another run is being pointed at. */
  readonly isFaded: boolean;
}

export interface ChartScene {
  readonly lines: readonly ChartLine[];
  readonly view: Range;
  readonly axis: XAxis;
  readonly logScale: boolean;
  readonly theme: Theme;
}

/** Room for the y axis, the same in every chart so that their plots stand in line. */
const AXIS_WIDTH = 52;

/** A chart.js line chart that shows a scene, and the next one without starting anew. */
export class MetricChart {
  private readonly chart: Chart<'line', Vertex[]>;
  private scene: ChartScene;
  private datasets = new Map<string, ChartDataset<'line', Vertex[]>>();

  constructor(canvas: HTMLCanvasElement, scene: ChartScene, pixelRatio?: number) {
    this.scene = scene;
    this.chart = new Chart<'line', Vertex[]>(canvas, {
      type: 'line',
      data: { datasets: this.datasetsOf(scene) },
      options: this.options(pixelRatio),
      plugins: [this.markPlugin()],
    });
  }

  show(scene: ChartScene): void {
    if (isSame(scene, this.scene)) return;
    const isOtherScale = scene.logScale !== this.scene.logScale || scene.theme !== this.scene.theme || scene.axis !== this.scene.axis;
    this.scene = scene;
    if (isOtherScale) this.chart.options = this.options(this.chart.options.devicePixelRatio);
    const x = this.chart.options.scales!['x']!;
    x.min = scene.view.from;
    x.max = scene.view.to;
    Object.assign(this.chart.options.scales!['y']!, suggestions(scene));
    this.chart.data.datasets = this.datasetsOf(scene);
    this.chart.update('none');
  }

  /** The plot's own area within the canvas, in CSS pixels. */
  get area(): { left: number; right: number; top: number; bottom: number } {
    return this.chart.chartArea;
  }

  xAt(pixel: number): number {
    return this.chart.scales['x']?.getValueForPixel(pixel) ?? NaN;
  }

  pixelOfX(x: number): number {
    return this.chart.scales['x']?.getPixelForValue(x) ?? NaN;
  }

  pixelOfY(y: number): number {
    return this.chart.scales['y']?.getPixelForValue(y) ?? NaN;
  }

  dispose(): void {
    this.chart.destroy();
  }

  /**
   * chart.js draws the first of them topmost: the averages lie on the faint lines. A data set whose look is as before stays the same
   * object, since chart.js starts anew for another one; and it does not notice another look of the same.
   */
  private datasetsOf({ lines }: ChartScene): ChartDataset<'line', Vertex[]>[] {
    const smooth = lines.flatMap((line) => (line.smooth ? [dataset(line, line.smooth, { alpha: 1, width: 2 })] : []));
    const raw = lines.map((line) => dataset(line, line.raw, rawLook(line, lines.length)));
    const datasets = [...smooth, ...raw];
    this.datasets = new Map(datasets.map(({ look, ...next }) => [look, Object.assign(this.datasets.get(look) ?? {}, next)]));
    return [...this.datasets.values()];
  }

  private options(devicePixelRatio: number | undefined): ChartOptions<'line'> {
    const { theme, logScale, axis, view } = this.scene;
    const font = { family: theme.font, size: theme.fontSize };
    const grid = { color: `color-mix(in srgb, ${theme.grid} 12%, transparent)`, drawTicks: false };
    const border = { color: `color-mix(in srgb, ${theme.grid} 30%, transparent)` };
    return {
      ...{
        animation: false,
        responsive: devicePixelRatio === undefined,
        maintainAspectRatio: false,
        normalized: true,
        parsing: false,
        events: [],
      },
      ...(devicePixelRatio !== undefined && { devicePixelRatio }),
      layout: { padding: { top: 6, right: 12 } },
      scales: {
        x: {
          type: 'linear',
          min: view.from,
          max: view.to,
          grid: { display: false },
          border,
          ticks: {
            ...{ color: theme.muted, font, maxRotation: 0, autoSkipPadding: 18, padding: 4, includeBounds: false },
            ...(axis === 'step' && { precision: 0 }),
            callback: (value) => formatX(Number(value), axis, this.scene.view.to - this.scene.view.from),
          },
          ...(axis !== 'step' && { afterBuildTicks: (scale: Scale) => this.setTimeTicks(scale) }),
        },
        y: {
          type: logScale ? 'logarithmic' : 'linear',
          grid,
          border: { display: false },
          ticks: { color: theme.muted, font, padding: 6, maxTicksLimit: 6, callback: (value) => formatNumber(Number(value)) },
          ...suggestions(this.scene),
          ...(logScale && { afterBuildTicks: (scale: Scale) => setLogTicks(scale) }),
          afterFit: (scale: Scale) => {
            scale.width = Math.max(scale.width, AXIS_WIDTH);
          },
        },
      },
    };
  }

  private setTimeTicks(scale: Scale): void {
    const count = Math.max(2, Math.floor(scale.chart.width / 90));
    scale.ticks = timeTicks({ from: scale.min, to: scale.max }, count, this.scene.axis).map((value) => ({ value }));
  }

  /** Little marks at the plot's edge where a value is there that has no place on the axis: × for NaN, triangles for the infinite and, on a log scale, for what is not positive. */
  private markPlugin(): Plugin<'line'> {
    return {
      id: 'undrawn',
      afterDatasetsDraw: ({ ctx, chartArea, scales }) => {
        const size = 3;
        ctx.save();
        for (const { marks, style, isFaded } of this.scene.lines) {
          ctx.globalAlpha = isFaded ? 0.25 : 1;
          ctx.strokeStyle = ctx.fillStyle = style.colour;
          ctx.lineWidth = 1.5;
          for (const { x, kind } of marks) {
            const px = scales['x']!.getPixelForValue(x);
            if (px < chartArea.left || px > chartArea.right) continue;
            const up = kind === 'high' ? -1 : 1;
            const py = kind === 'high' ? chartArea.top + size + 1 : chartArea.bottom - size - 1;
            ctx.beginPath();
            if (kind === 'nan') {
              ctx.moveTo(px - size, py - size);
              ctx.lineTo(px + size, py + size);
              ctx.moveTo(px + size, py - size);
              ctx.lineTo(px - size, py + size);
              ctx.stroke();
            } else {
              ctx.moveTo(px - size, py - size * up);
              ctx.lineTo(px + size, py - size * up);
              ctx.lineTo(px, py + size * up);
              ctx.fill();
            }
          }
        }
        ctx.restore();
      },
    };
  }
}

function isSame(a: ChartScene, b: ChartScene): boolean {
  const isSameFrame =
    a.view.from === b.view.from && a.view.to === b.view.to && a.axis === b.axis && a.logScale === b.logScale && a.theme === b.theme;
  return isSameFrame && a.lines.length === b.lines.length && a.lines.every((line, index) => line === b.lines[index]);
}

function suggestions({ lines, view }: ChartScene): { suggestedMin: number | undefined; suggestedMax: number | undefined } {
  const values = valuesInView(
    lines.flatMap(({ raw, smooth }) => (smooth ? [raw, smooth] : [raw])),
    view,
  );
  return { suggestedMin: values?.from, suggestedMax: values?.to };
}

function setLogTicks(scale: Scale): void {
  scale.ticks = logTicks({ from: scale.min, to: scale.max }, Math.max(3, Math.floor(scale.chart.height / 34))).map((value) => ({ value }));
}

/** Faint behind its average; a little transparent where dense lines of several runs would hide one another. */
function rawLook({ raw, smooth }: ChartLine, lines: number): { alpha: number; width: number } {
  if (smooth) return { alpha: 0.25, width: 1 };
  return raw.length > DENSE && lines > 1 ? { alpha: 0.7, width: 1 } : { alpha: 1, width: 1.5 };
}

/** From so many vertices on a line looks like a band. */
const DENSE = 1000;

function dataset(line: ChartLine, data: Vertex[], { alpha, width }: { alpha: number; width: number }) {
  const opacity = alpha * (line.isFaded ? 0.2 : 1);
  const colour = line.style.colour + byte(opacity);
  const pointRadius = data.length <= 24 && !line.smooth ? 2 : data.length === 1 ? 3 : 0;
  const look = [line.runId, data === line.smooth, colour, width, line.style.dash, pointRadius].join();
  const lines = {
    borderColor: colour,
    backgroundColor: colour,
    borderWidth: width,
    borderDash: [...line.style.dash],
    borderJoinStyle: 'round' as const,
  };
  const points = { pointRadius, pointHitRadius: 0, pointBorderWidth: 0 };
  return { look, data, ...lines, ...points, spanGaps: false, clip: 4, indexAxis: 'x' as const };
}

function byte(share: number): string {
  return Math.round(share * 255)
    .toString(16)
    .padStart(2, '0');
}
