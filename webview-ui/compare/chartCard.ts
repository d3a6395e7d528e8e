import '@vscode-elements/elements/dist/vscode-icon/index.js';
import { css, html, LitElement, nothing } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import type { Range } from '../charts/axis';
import { runStyle } from '../charts/palette';
import type { Crosshair } from '../charts/crosshair';
import type { Theme } from '../theme';
import { chartImage } from './chartImage';
import './chartPlot';
import type { Comparison } from './comparison';
import './pointsTable';
import { lineSwatch } from './lineSwatch';
import { base } from '../styles';
import './valueBars';

/** One metric: its chart, and what can be done with it. */
@customElement('chart-card')
export class ChartCard extends LitElement {
  static override styles = [
    base,
    css`
      :host {
        display: block;
        min-width: 0;
      }
      dialog {
        all: unset;
        display: flex;
        flex-direction: column;
        box-sizing: border-box;
        height: 264px;
        padding: 4px 6px 6px;
        border: 1px solid var(--edge);
        border-radius: 6px;
        background: var(--vscode-editorWidget-background, var(--vscode-editor-background));
        background: var(--vscode-editor-background);
        color: inherit;
      }
      dialog.bars:not(:modal) {
        height: auto;
        max-height: 264px;
      }
      .bars .body {
        flex: 0 1 auto;
        overflow-y: auto;
      }
      dialog:modal {
        position: fixed;
        inset: 0;
        width: 100vw;
        height: 100vh;
        border: 0;
        border-radius: 0;
        padding: 12px 18px 14px;
        background: var(--vscode-editor-background);
      }
      header {
        display: flex;
        align-items: center;
        gap: 2px;
        height: 28px;
        padding-left: 6px;
      }
      h3 {
        flex: 1;
        min-width: 0;
        margin: 0;
        font-size: 13px;
        font-weight: 600;
      }
      dialog:modal h3 {
        font-size: 15px;
      }
      .legend {
        display: flex;
        gap: 16px;
        max-width: 70%;
        margin-right: 14px;
        overflow: hidden;
      }
      .legend > span {
        display: inline-flex;
        align-items: center;
        gap: 7px;
        min-width: 60px;
        max-width: 240px;
      }
      .actions {
        display: flex;
        gap: 1px;
        opacity: 0.55;
        transition: opacity 120ms;
      }
      dialog:hover .actions,
      dialog:focus-within .actions,
      dialog:modal .actions {
        opacity: 1;
      }
      .body {
        flex: 1;
        min-height: 0;
        position: relative;
      }
      .reset {
        display: inline-flex;
        align-items: center;
        gap: 4px;
        height: 20px;
        padding: 0 8px;
        margin-right: 4px;
        border-radius: 10px;
        font-size: 11px;
        background: var(--vscode-badge-background);
        color: var(--vscode-badge-foreground);
        border: 1px solid var(--vscode-contrastBorder, transparent);
      }
    `,
  ];

  @property({ attribute: false }) comparison!: Comparison;
  @property() metric = '';
  @property() group = '';
  @property({ attribute: false }) crosshair!: Crosshair;
  @property({ attribute: false }) theme!: Theme;
  @property() pointedAt: string | undefined;
  @state() private isNear = false;
  @state() private isTable = false;
  @state() private isMaximised = false;
  @state() private zoomed: { readonly view: Range; readonly axis: string } | undefined;
  @query('dialog') private dialog!: HTMLDialogElement;
  private readonly nearness = new IntersectionObserver(
    (entries) => {
      if (!entries.some((entry) => entry.isIntersecting)) return;
      this.isNear = true;
      this.nearness.disconnect();
    },
    { rootMargin: '400px' },
  );

  override connectedCallback(): void {
    super.connectedCallback();
    this.dataset['metric'] = this.metric;
    this.nearness.observe(this);
    this.end = this.comparison.subscribe((change) => change.kind === 'comparison' && this.requestUpdate());
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.nearness.disconnect();
    this.end?.();
  }

  private end: (() => void) | undefined;

  /** Undefined when nothing is zoomed; a zoom ends with the axis that it was made on. */
  private get view(): Range | undefined {
    return this.zoomed?.axis === this.comparison.view.axis ? this.zoomed.view : undefined;
  }

  private get scope(): string {
    const { axis } = this.comparison.view;
    return axis === 'step' ? `step:${this.group}` : axis;
  }

  private maximise(on: boolean): void {
    this.dialog.close();
    if (on) this.dialog.showModal();
    else this.dialog.show();
    this.isMaximised = on;
    this.renderRoot.querySelector<HTMLElement>('[data-action="maximise"]')?.focus();
  }

  private async savePng(): Promise<void> {
    const png = await chartImage(this.comparison, this.metric, this.view, this.theme, this.comparison.isSingle(this.metric));
    this.comparison.post({ type: 'savePng', key: this.metric, png });
  }

  private saveCsv(): void {
    const runIds = this.comparison.shownRuns.filter((run) => run.metrics.has(this.metric)).map((run) => run.runId);
    this.comparison.post({ type: 'saveCsv', key: this.metric, runIds });
  }

  /** The page's own legend lies behind a maximised chart. */
  private legend() {
    const { shownRuns, view } = this.comparison;
    return html`<div class="legend" aria-hidden="true">
      ${shownRuns
        .filter((run) => run.metrics.has(this.metric))
        .map(
          (run) =>
            html`<span
              >${lineSwatch(runStyle(view.slots[run.runId] ?? 0, this.theme.kind))}<span class="ellipsis">${run.info.runName}</span></span
            >`,
        )}
    </div>`;
  }

  private action(name: string, icon: string, label: string, act: () => void, pressed?: boolean) {
    return html`<button
      class="icon"
      data-action=${name}
      title=${label}
      aria-label="${label}: ${this.metric}"
      aria-pressed=${pressed === undefined ? nothing : String(pressed)}
      @click=${act}
    >
      <vscode-icon name=${icon}></vscode-icon>
    </button>`;
  }

  protected override render() {
    const isBars = this.comparison.isSingle(this.metric);
    return html`<dialog
      open
      role=${this.isMaximised ? 'dialog' : 'group'}
      class=${isBars && !this.isTable ? 'bars' : ''}
      aria-label=${this.metric}
      @cancel=${(event: Event) => {
        event.preventDefault();
        this.maximise(false);
      }}
    >
      <header>
        <h3 class="ellipsis" title=${this.metric}>${this.metric}</h3>
        ${this.isMaximised && !isBars ? this.legend() : nothing}
        ${
          this.view && !this.isTable
            ? html`<button class="reset" data-action="reset" @click=${() => (this.zoomed = undefined)}>Reset zoom</button>`
            : nothing
        }
        <div class="actions" role="toolbar" aria-label="Actions">
          ${this.action('table', 'table', 'Show as table', () => (this.isTable = !this.isTable), this.isTable)}
          ${this.action('png', 'device-camera', 'Export as PNG', () => void this.savePng())}
          ${this.action('csv', 'export', 'Export as CSV', () => this.saveCsv())}
          ${this.action('maximise', this.isMaximised ? 'screen-normal' : 'screen-full', this.isMaximised ? 'Restore' : 'Maximise', () =>
            this.maximise(!this.isMaximised),
          )}
        </div>
      </header>
      <div class="body">${this.isNear || isBars ? this.body(isBars) : nothing}</div>
    </dialog>`;
  }

  private body(isBars: boolean) {
    const { comparison, metric, theme, pointedAt } = this;
    if (this.isTable) return html`<points-table .comparison=${comparison} .metric=${metric} .theme=${theme}></points-table>`;
    if (isBars) return html`<value-bars .comparison=${comparison} .metric=${metric} .theme=${theme} .pointedAt=${pointedAt}></value-bars>`;
    return html`<chart-plot
      .comparison=${comparison}
      .metric=${metric}
      .scope=${this.scope}
      .crosshair=${this.crosshair}
      .theme=${theme}
      .pointedAt=${pointedAt}
      .fills=${this.isMaximised}
      .view=${this.view}
      @view=${(event: CustomEvent<Range | undefined>) =>
        (this.zoomed = event.detail && { view: event.detail, axis: this.comparison.view.axis })}
    ></chart-plot>`;
  }
}
