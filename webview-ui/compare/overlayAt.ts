import { formatX, type Range } from '../charts/axis';
import type { ChartLine, MetricChart } from '../charts/metricChart';
import { drawable } from '../charts/polyline';
import type { OverlayState } from './chartOverlay';
import type { Comparison } from './comparison';
import { readingsAt } from './reading';

export interface OverlayPlace {
  readonly chart: MetricChart;
  readonly comparison: Comparison;
  readonly metric: string;
  readonly lines: readonly ChartLine[];
  /** Pixels. */
  readonly selection: Range | undefined;
  /** Where the crosshair stands, in drawn x. */
  readonly x: number | undefined;
  /** Whether this chart is the one that is pointed at. */
  readonly isSource: boolean;
}

/** An hour and more would leave out the seconds, which a reading should have. */
const PRECISE_SPAN = 3_599_999;

/** What lies over a chart; undefined when nothing does. */
export function overlayAt({ chart, comparison, metric, lines, selection, x, isSource }: OverlayPlace): OverlayState | undefined {
  if (x === undefined && !selection) return undefined;
  const { area } = chart;
  const { axis, logScale } = comparison.view;
  const isInside = (pixel: number) => pixel >= area.left - 1 && pixel <= area.right + 1;
  if (x === undefined || !isInside(chart.pixelOfX(x))) return { area, x: undefined, dots: [], selection, tip: undefined };
  const span = chart.xAt(area.right) - chart.xAt(area.left);
  const readings = readingsAt(comparison, metric, lines, x, span / 100);
  const dots = readings
    .filter(({ y }) => drawable(y, logScale) && !Number.isNaN(y))
    .map((reading) => ({ x: chart.pixelOfX(reading.x), y: chart.pixelOfY(reading.y), colour: reading.style.colour }))
    .filter((dot) => isInside(dot.x));
  const place = axis === 'step' && span > 20 ? Math.round(x) : x;
  const title = `${axis === 'step' ? 'Step ' : ''}${formatX(place, axis, Math.min(span, PRECISE_SPAN))}`;
  return { area, x: chart.pixelOfX(x), dots, selection, tip: isSource && readings.length > 0 ? { title, readings } : undefined };
}
