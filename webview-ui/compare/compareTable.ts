import '@vscode-elements/elements/dist/vscode-checkbox/index.js';
import '@vscode-elements/elements/dist/vscode-icon/index.js';
import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { runStyle } from '../charts/palette';
import type { Theme } from '../theme';
import type { Comparison } from './comparison';
import { diffRows, type DiffRow } from './diffRows';
import { lineSwatch } from './lineSwatch';
import { base } from '../styles';
import { rowWindow } from '../virtualRows';

const ROW = 26;

/** Parameters, metrics and what else is known of the runs: a row each, the runs side by side. */
@customElement('compare-table')
export class CompareTable extends LitElement {
  static override styles = [
    base,
    css`
      :host {
        display: block;
      }
      header {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 4px 16px;
        margin-bottom: 8px;
      }
      h2 {
        margin: 0;
        font-size: 13px;
        font-weight: 600;
        flex: 1;
        white-space: nowrap;
      }
      .scroll {
        position: relative;
        overflow: auto;
        max-height: min(78vh, 900px);
        border: 1px solid var(--edge);
        border-radius: 6px;
      }
      table {
        border-collapse: separate;
        border-spacing: 0;
        min-width: 100%;
      }
      th,
      td {
        height: 26px;
        padding: 0 12px;
        text-align: left;
        font-weight: normal;
        white-space: nowrap;
        max-width: 340px;
        overflow: hidden;
        text-overflow: ellipsis;
        border-bottom: 1px solid color-mix(in srgb, var(--vscode-foreground) 6%, transparent);
      }
      thead th {
        position: sticky;
        top: 0;
        z-index: 2;
        height: 32px;
        background: var(--vscode-editor-background);
        border-bottom: 1px solid var(--line);
        font-weight: 600;
      }
      thead span {
        display: inline-flex;
        align-items: center;
        gap: 8px;
        max-width: 100%;
      }
      th:first-child {
        position: sticky;
        left: 0;
        z-index: 1;
        min-width: 130px;
        max-width: min(260px, 42vw);
        background: var(--vscode-editor-background);
        border-right: 1px solid var(--line);
      }
      thead th:first-child {
        z-index: 3;
      }
      tbody tr:not(.section):hover > * {
        background: color-mix(in srgb, var(--vscode-foreground) 5%, var(--vscode-editor-background));
      }
      .section th {
        padding-top: 8px;
        height: 32px;
        color: var(--muted);
        font-size: 11px;
        font-weight: 600;
        letter-spacing: 0.04em;
        text-transform: uppercase;
        border-right: 0;
      }
      td.differs {
        background: color-mix(in srgb, var(--vscode-charts-yellow, var(--vscode-focusBorder)) 14%, transparent);
        box-shadow: inset 2px 0 0 var(--vscode-charts-yellow, var(--vscode-focusBorder));
      }
      td.best {
        font-weight: 600;
      }
      td vscode-icon {
        vertical-align: -2px;
        margin-left: 5px;
        --vscode-icon-foreground: var(--vscode-charts-yellow, var(--vscode-foreground));
      }
      .detail {
        margin-left: 8px;
        font-weight: normal;
        font-size: 11px;
      }
      .spacer > * {
        padding: 0;
        border: 0;
        height: auto;
      }
      .none {
        padding: 18px 14px;
      }
    `,
  ];

  @property({ attribute: false }) comparison!: Comparison;
  @property({ attribute: false }) theme!: Theme;
  @state() private top = 0;
  private end: (() => void) | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    this.end = this.comparison.subscribe((change) => change.kind === 'comparison' && this.requestUpdate());
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.end?.();
  }

  protected override render() {
    const { runs, view } = this.comparison;
    const all = diffRows(runs, Date.now());
    const words = view.filter.toLowerCase().split(/\s+/).filter(Boolean);
    const rows = all.filter((row) => (row.differs || !view.onlyDiffering) && words.every((word) => row.key.toLowerCase().includes(word)));
    const different = all.filter((row) => row.differs).length;
    const lines = withSections(rows);
    const shown = rowWindow(lines.length, ROW, this.top, 900, 30);
    return html`<header>
        <h2>Parameters and metrics</h2>
        <vscode-checkbox
          data-testid="only-differing"
          .checked=${view.onlyDiffering}
          @change=${(event: Event) => this.comparison.setView({ onlyDiffering: (event.target as HTMLInputElement).checked })}
          >Only what differs <span class="muted number">(${different} of ${all.length})</span></vscode-checkbox
        >
      </header>
      <div
        class="scroll"
        tabindex="0"
        role="region"
        aria-label="Parameters and metrics"
        @scroll=${(event: Event) => (this.top = (event.target as HTMLElement).scrollTop)}
      >
        <table data-testid="compare-table" aria-rowcount=${lines.length + 1}>
          <thead>
            <tr>
              <th scope="col">Name</th>
              ${runs.map(
                (run) =>
                  html`<th scope="col" title=${run.info.runName}>
                    <span
                      >${lineSwatch(runStyle(view.slots[run.runId] ?? 0, this.theme.kind))}<span class="ellipsis"
                        >${run.info.runName}</span
                      ></span
                    >
                  </th>`,
              )}
            </tr>
          </thead>
          <tbody>
            ${spacer(shown.above)}${lines.slice(shown.from, shown.to).map((line) => (typeof line === 'string' ? sectionRow(line, runs.length) : dataRow(line)))}${spacer(
              shown.below,
            )}
          </tbody>
        </table>
        ${rows.length === 0 ? html`<div class="none muted">${view.onlyDiffering && words.length === 0 ? 'The runs do not differ.' : 'Nothing matches the filter.'}</div>` : nothing}
      </div>`;
  }
}

function withSections(rows: readonly DiffRow[]): (DiffRow | string)[] {
  return rows.flatMap((row, index) => (row.section === rows[index - 1]?.section ? [row] : [row.section, row]));
}

function spacer(height: number): TemplateResult | typeof nothing {
  return height > 0 ? html`<tr class="spacer" aria-hidden="true" .style=${`height: ${height}px`}></tr>` : nothing;
}

function sectionRow(section: string, columns: number): TemplateResult {
  return html`<tr class="section">
    <th scope="colgroup">${section}</th>
    <td colspan=${columns}></td>
  </tr>`;
}

function dataRow(row: DiffRow): TemplateResult {
  return html`<tr data-row=${row.key}>
    <th scope="row" title=${row.key}>${row.key}</th>
    ${row.cells.map(
      (cell) =>
        html`<td class="number ${cell.differs ? 'differs' : ''} ${cell.isBest ? 'best' : ''}" title=${cell.text || nothing}>
          ${cell.text || html`<span class="muted">–</span>`}${
            cell.isBest
              ? html`<vscode-icon name="star-full" size="12" title="Best of the runs"></vscode-icon
                  ><span class="unseen">best of the runs</span>`
              : nothing
          }${cell.detail ? html`<span class="detail muted">${cell.detail}</span>` : nothing}${
            cell.differs ? html`<span class="unseen"> differs</span>` : nothing
          }
        </td>`,
    )}
  </tr>`;
}
