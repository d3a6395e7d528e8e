import { html, nothing, svg, type SVGTemplateResult, type TemplateResult } from 'lit';
import { formatEnd, formatNumber } from '../../src/core/format';
import type { Pair, WireNumbers } from '../../src/protocol/data';
import { densities, domainOf, outline } from './densities';

const WIDTH = 120;
const HEIGHT = 26;

/** Two versions' histograms over one another: the older filled, the younger as a line, so that colour isn't needed to tell them apart. */
export function histogramPicture({ before, after }: Pair<WireNumbers>, className = 'histogram'): TemplateResult | typeof nothing {
  if (!before && !after) return nothing;
  const [was, is] = densities([before?.histogram, after?.histogram], domainOf(before, after));
  return html`<svg
    class=${className}
    viewBox="0 0 ${WIDTH} ${HEIGHT + 1}"
    preserveAspectRatio="none"
    role="img"
    aria-label=${wordsOf({ before, after })}
  >
    ${was!.length > 0 ? area(outline(was!, WIDTH, HEIGHT), 'before') : nothing}
    ${is!.length > 0 ? area(outline(is!, WIDTH, HEIGHT), 'after') : nothing}
  </svg>`;
}

function area(path: string, side: string): SVGTemplateResult {
  return svg`<path class=${`area ${side}`} d=${path} vector-effect="non-scaling-stroke"></path>`;
}

function wordsOf({ before, after }: Pair<WireNumbers>): string {
  const tell = (numbers: WireNumbers): string =>
    `${formatEnd(numbers, 'min')} to ${formatEnd(numbers, 'max')}, median ${formatNumber(numbers.median)}`;
  if (before && after) return `Distribution: before ${tell(before)}; after ${tell(after)}`;
  return `Distribution: ${tell((after ?? before)!)}`;
}
