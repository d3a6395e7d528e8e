import { svg, html, type TemplateResult } from 'lit';
import type { RunStyle } from '../charts/palette';

/** A short piece of a run's line, as legends and tables show it. */
export function lineSwatch(style: RunStyle, isHidden = false): TemplateResult {
  const line = svg`<line x1="1" y1="5" x2="21" y2="5" stroke=${style.colour} stroke-width="3" stroke-linecap=${style.dash.length ? 'butt' : 'round'}
    stroke-dasharray=${style.dash.join(' ')} opacity=${isHidden ? 0.3 : 1}></line>`;
  return html`<svg class="swatch" width="22" height="10" viewBox="0 0 22 10" aria-hidden="true" focusable="false">${line}</svg>`;
}
