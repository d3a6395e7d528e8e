import type { Range } from '../charts/axis';
import { MetricChart } from '../charts/metricChart';
import { runStyle } from '../charts/palette';
import { formatNumber } from '../../src/core/format';
import type { Theme } from '../theme';
import type { Comparison, PageRun } from './comparison';
import { SceneMaker } from './scene';
import { barsOf } from './valueBars';

const WIDTH = 960;
const CHART_HEIGHT = 440;
const PADDING = 24;
const SCALE = 2;
const LEGEND_ROW = 22;
const BAR_ROW = 34;
const AXIS_NAMES = { step: 'step', time: 'wall time', relative: 'time since start' };

/** A chart as a PNG of twice the size, with background, title and legend, in the theme's colours. */
export async function chartImage(
  comparison: Comparison,
  key: string,
  view: Range | undefined,
  theme: Theme,
  isBars: boolean,
): Promise<Uint8Array> {
  const scene = new SceneMaker(comparison, key);
  const { runs } = scene;
  const styles = new Map(runs.map((run) => [run.runId, runStyle(comparison.view.slots[run.runId] ?? 0, theme.kind)]));
  const measure = canvasOf(1, 1).context;
  measure.font = `13px ${theme.font}`;
  const legend = isBars ? [] : legendPlaces(runs, measure);
  const plotHeight = isBars ? runs.length * BAR_ROW : CHART_HEIGHT;
  const legendHeight = legend.length === 0 ? 0 : (legend[legend.length - 1]!.row + 1) * LEGEND_ROW;
  const { canvas, context } = canvasOf(WIDTH, PADDING + 34 + legendHeight + 10 + plotHeight + PADDING);
  context.fillStyle = theme.background;
  context.fillRect(0, 0, WIDTH, canvas.height);
  context.fillStyle = theme.foreground;
  context.textBaseline = 'middle';
  context.font = `600 17px ${theme.font}`;
  context.fillText(key, PADDING, PADDING + 10);
  context.font = `13px ${theme.font}`;
  if (!isBars) writeCaption(context, comparison, theme);
  for (const { run, x, row } of legend) {
    const y = PADDING + 34 + row * LEGEND_ROW + LEGEND_ROW / 2;
    const style = styles.get(run.runId)!;
    context.strokeStyle = style.colour;
    context.lineWidth = 3;
    context.setLineDash([...style.dash]);
    context.beginPath();
    context.moveTo(x, y);
    context.lineTo(x + 24, y);
    context.stroke();
    context.fillStyle = theme.foreground;
    context.fillText(run.info.runName, x + 32, y);
  }
  const top = PADDING + 34 + legendHeight + 10;
  if (isBars) drawBars(context, comparison, key, theme, top);
  else context.drawImage(drawnChart(scene, comparison, view, theme), PADDING, top, WIDTH - 2 * PADDING, CHART_HEIGHT);
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/png'));
  return new Uint8Array((await blob?.arrayBuffer()) ?? []);
}

/** What the axes mean, for someone who sees the picture without the page. */
function writeCaption(context: CanvasRenderingContext2D, { view }: Comparison, theme: Theme): void {
  const parts = [
    `by ${AXIS_NAMES[view.axis]}`,
    view.logScale && 'log scale',
    view.smoothing > 0 && `smoothing ${view.smoothing.toFixed(2)}`,
  ];
  context.fillStyle = theme.muted;
  context.textAlign = 'right';
  context.fillText(parts.filter(Boolean).join(' · '), WIDTH - PADDING, PADDING + 10);
  context.textAlign = 'left';
}

function canvasOf(width: number, height: number): { canvas: HTMLCanvasElement; context: CanvasRenderingContext2D } {
  const canvas = document.createElement('canvas');
  canvas.width = width * SCALE;
  canvas.height = height * SCALE;
  const context = canvas.getContext('2d')!;
  context.scale(SCALE, SCALE);
  return { canvas, context };
}

function legendPlaces(runs: readonly PageRun[], context: CanvasRenderingContext2D): { run: PageRun; x: number; row: number }[] {
  let x = PADDING;
  let row = 0;
  return runs.map((run) => {
    const width = 32 + context.measureText(run.info.runName).width + 24;
    if (x > PADDING && x + width > WIDTH - PADDING) {
      x = PADDING;
      row += 1;
    }
    const place = { run, x, row };
    x += width;
    return place;
  });
}

function drawnChart(scene: SceneMaker, comparison: Comparison, view: Range | undefined, theme: Theme): HTMLCanvasElement {
  const canvas = document.createElement('canvas');
  canvas.width = WIDTH - 2 * PADDING;
  canvas.height = CHART_HEIGHT;
  const { axis, logScale } = comparison.view;
  const shown = { lines: scene.lines(theme, undefined), view: view ?? scene.whole ?? { from: 0, to: 1 }, axis, logScale, theme };
  const chart = new MetricChart(canvas, shown, SCALE);
  const copy = canvasOf(WIDTH - 2 * PADDING, CHART_HEIGHT);
  copy.context.drawImage(canvas, 0, 0, WIDTH - 2 * PADDING, CHART_HEIGHT);
  chart.dispose();
  return copy.canvas;
}

function drawBars(context: CanvasRenderingContext2D, comparison: Comparison, key: string, theme: Theme, top: number): void {
  const width = WIDTH - 2 * PADDING;
  barsOf(comparison, key).forEach(({ run, value, share }, index) => {
    const y = top + index * BAR_ROW;
    context.fillStyle = theme.foreground;
    context.fillText(run.info.runName, PADDING, y + 9);
    const text = formatNumber(value);
    context.fillText(text, PADDING + width - context.measureText(text).width, y + 9);
    context.fillStyle = runStyle(comparison.view.slots[run.runId] ?? 0, theme.kind).colour;
    context.fillRect(PADDING, y + 20, Math.max(2, width * share), 8);
  });
}
