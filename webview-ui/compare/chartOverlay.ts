import { css, html, LitElement, nothing, svg } from 'lit';
import { customElement, property, query } from 'lit/decorators.js';
import type { Reading } from './reading';
import { lineSwatch } from './lineSwatch';
import { base } from '../styles';

/** What lies over a chart while a person points at it. Pixels of the plot. */
export interface OverlayState {
  readonly area: { left: number; right: number; top: number; bottom: number };
  readonly x: number | undefined;
  readonly dots: readonly { x: number; y: number; colour: string }[];
  /** The range being drawn for zooming. */
  readonly selection: { readonly from: number; readonly to: number } | undefined;
  /** Shown only by the chart that is pointed at. */
  readonly tip: { readonly title: string; readonly readings: readonly Reading[] } | undefined;
}

const MOST_ROWS = 14;

/** Crosshair, dots, zoom selection and the tip with every run's value: apart from the chart, so that it costs no redrawing. */
@customElement('chart-overlay')
export class ChartOverlay extends LitElement {
  static override styles = [
    base,
    css`
      :host {
        position: absolute;
        inset: 0;
        pointer-events: none;
      }
      svg.lines {
        position: absolute;
        inset: 0;
        width: 100%;
        height: 100%;
      }
      .hair {
        stroke: var(--vscode-foreground);
        stroke-opacity: 0.45;
        stroke-dasharray: 3 3;
      }
      .selection {
        fill: color-mix(in srgb, var(--vscode-focusBorder) 18%, transparent);
        stroke: var(--vscode-focusBorder);
      }
      circle {
        stroke: var(--vscode-editor-background);
        stroke-width: 1.5;
      }
      .tip {
        position: absolute;
        z-index: 5;
        top: 8px;
        width: max-content;
        max-width: min(330px, 92vw);
        visibility: hidden;
        padding: 6px 9px 7px;
        border-radius: 5px;
        border: 1px solid var(--vscode-editorHoverWidget-border, var(--edge));
        background: var(--vscode-editorHoverWidget-background, var(--vscode-editor-background));
        color: var(--vscode-editorHoverWidget-foreground, var(--vscode-foreground));
        box-shadow: 0 3px 10px var(--vscode-widget-shadow, transparent);
        font-size: 12px;
        line-height: 18px;
      }
      .title {
        color: var(--muted);
        margin-bottom: 2px;
      }
      .row {
        display: grid;
        grid-template-columns: 22px minmax(0, 1fr) auto;
        gap: 8px;
        align-items: center;
      }
      b {
        font-weight: 600;
      }
    `,
  ];

  @property({ attribute: false }) state: OverlayState | undefined;
  @query('.tip') private tipElement!: HTMLElement | null;

  /** Beside the crosshair, on the side where there is room, and never out of the window. */
  protected override updated(): void {
    const tip = this.tipElement;
    const x = this.state?.x;
    if (!tip || x === undefined) return;
    const { left } = this.getBoundingClientRect();
    const width = tip.offsetWidth;
    const edge = document.documentElement.clientWidth - 8;
    const after = x + 14;
    const before = x - 14 - width;
    const place = left + after + width <= edge ? after : left + before >= 8 ? before : edge - left - width;
    tip.style.left = `${place}px`;
    tip.style.visibility = 'visible';
  }

  protected override render() {
    const { state } = this;
    if (!state) return nothing;
    const { area, x, dots, selection } = state;
    return html`<svg class="lines" aria-hidden="true">
        ${
          selection &&
          svg`<rect class="selection" x=${selection.from} y=${area.top} width=${selection.to - selection.from} height=${area.bottom - area.top}></rect>`
        }
        ${x !== undefined && !selection ? svg`<line class="hair" x1=${x} x2=${x} y1=${area.top} y2=${area.bottom}></line>` : nothing}
        ${selection ? nothing : dots.map((dot) => svg`<circle cx=${dot.x} cy=${dot.y} r="4" fill=${dot.colour}></circle>`)}
      </svg>
      ${selection ? nothing : this.tip(state)}`;
  }

  private tip({ x, tip }: OverlayState) {
    if (!tip || x === undefined) return nothing;
    const more = tip.readings.length - MOST_ROWS;
    return html`<div class="tip" data-testid="chart-tip">
      <div class="title number">${tip.title}</div>
      ${tip.readings.slice(0, MOST_ROWS).map(
        ({ run, style, text, smoothed }) =>
          html`<div class="row">
            ${lineSwatch(style)}<span class="ellipsis">${run.info.runName}</span>
            <span class="number"
              >${smoothed === undefined ? html`<b>${text}</b>` : html`<b>${smoothed}</b> <span class="muted">${text}</span>`}</span
            >
          </div>`,
      )}
      ${more > 0 ? html`<div class="muted">and ${more} more</div>` : nothing}
    </div>`;
  }
}
