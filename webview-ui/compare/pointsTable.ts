import { css, html, LitElement, nothing } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { formatX } from '../charts/axis';
import { runStyle } from '../charts/palette';
import type { Theme } from '../theme';
import type { Comparison } from './comparison';
import { lineSwatch } from './lineSwatch';
import { isCoarse, pointRows } from './pointRows';
import { base } from '../styles';
import { rowWindow } from '../virtualRows';

const ROW = 22;
const AXIS_TITLES = { step: 'Step', time: 'Time', relative: 'Since start' };

/** The numbers behind a chart. */
@customElement('points-table')
export class PointsTable extends LitElement {
  static override styles = [
    base,
    css`
      :host {
        display: flex;
        flex-direction: column;
        height: 100%;
        min-height: 0;
      }
      .scroll {
        flex: 1;
        overflow: auto;
        border: 1px solid var(--line);
        border-radius: 3px;
      }
      table {
        border-collapse: separate;
        border-spacing: 0;
        width: 100%;
      }
      th,
      td {
        height: 22px;
        padding: 0 10px;
        text-align: right;
        white-space: nowrap;
        font-weight: normal;
      }
      th:first-child {
        text-align: left;
        color: var(--muted);
      }
      thead th {
        position: sticky;
        top: 0;
        background: var(--vscode-editor-background);
        border-bottom: 1px solid var(--line);
      }
      thead span {
        display: inline-flex;
        align-items: center;
        gap: 6px;
        max-width: 180px;
      }
      .note {
        padding-top: 4px;
        font-size: 11px;
      }
    `,
  ];

  @property({ attribute: false }) comparison!: Comparison;
  @property() metric = '';
  @property({ attribute: false }) theme!: Theme;
  @state() private top = 0;
  private end: (() => void) | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    this.end = this.comparison.subscribe((change) => (change.kind === 'comparison' || change.key === this.metric) && this.requestUpdate());
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.end?.();
  }

  protected override render() {
    const { comparison, metric } = this;
    const runs = comparison.shownRuns.filter((run) => run.metrics.has(metric));
    for (const run of runs) comparison.series.want(run.runId, metric);
    const traces = runs.map((run) => ({ trace: comparison.series.trace(run.runId, metric) ?? [], shift: comparison.shift(run) }));
    const rows = pointRows(traces);
    const { axis, slots } = comparison.view;
    const span = (rows[rows.length - 1]?.x ?? 0) - (rows[0]?.x ?? 0);
    const shown = rowWindow(rows.length, ROW, this.top, 600);
    return html`<div class="scroll" tabindex="0" @scroll=${(event: Event) => (this.top = (event.target as HTMLElement).scrollTop)}>
        <table aria-label="Values of ${metric}" aria-rowcount=${rows.length + 1}>
          <thead>
            <tr>
              <th scope="col">${AXIS_TITLES[axis]}</th>
              ${runs.map(
                (run) =>
                  html`<th scope="col">
                    <span
                      >${lineSwatch(runStyle(slots[run.runId] ?? 0, this.theme.kind))}<span class="ellipsis"
                        >${run.info.runName}</span
                      ></span
                    >
                  </th>`,
              )}
            </tr>
          </thead>
          <tbody>
            <tr aria-hidden="true" .style=${`height: ${shown.above}px`}></tr>
            ${rows.slice(shown.from, shown.to).map(
              (row) =>
                html`<tr>
                  <th scope="row" class="number">${formatX(row.x, axis, Math.min(span, 3_599_999))}</th>
                  ${row.values.map((value) => html`<td class="number">${value}</td>`)}
                </tr>`,
            )}
            <tr aria-hidden="true" .style=${`height: ${shown.below}px`}></tr>
          </tbody>
        </table>
      </div>
      ${
        isCoarse(traces.map(({ trace }) => trace))
          ? html`<div class="note muted">
              A row stands for several points and gives their least and greatest value. Export as CSV has every point.
            </div>`
          : nothing
      }`;
  }
}
