import '@vscode-elements/elements/dist/vscode-button/index.js';
import '@vscode-elements/elements/dist/vscode-icon/index.js';
import { css, html, LitElement, nothing } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { repeat } from 'lit/directives/repeat.js';
import { Crosshair } from '../charts/crosshair';
import type { Theme } from '../theme';
import './chartCard';
import './compareTable';
import './compareToolbar';
import type { Comparison } from './comparison';
import { groupMetrics, type MetricGroup } from './metricGroups';
import './runLegend';
import { base } from '../styles';

/** The whole page: legend and toolbar that stay, charts by group, the table. */
@customElement('compare-app')
export class CompareApp extends LitElement {
  static override styles = [
    base,
    css`
      :host {
        display: block;
        min-height: 100vh;
      }
      .top {
        position: sticky;
        top: 0;
        z-index: 10;
        display: flex;
        flex-direction: column;
        gap: 9px;
        padding: 10px 16px;
        background: var(--vscode-editor-background);
        border-bottom: 1px solid var(--line);
      }
      @media (max-height: 480px) {
        .top {
          position: static;
        }
      }
      main {
        padding: 4px 16px 28px;
      }
      .group {
        display: flex;
        align-items: center;
        gap: 6px;
        width: 100%;
        height: 36px;
        font-weight: 600;
        border-radius: 4px;
      }
      .count {
        font-weight: normal;
        color: var(--muted);
      }
      h2 {
        margin: 0;
        font-size: 13px;
      }
      .grid {
        display: grid;
        grid-template-columns: repeat(auto-fill, minmax(min(100%, 340px), 1fr));
        gap: 12px;
        align-items: start;
        margin-bottom: 8px;
      }
      compare-table {
        margin-top: 18px;
      }
      .notice {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 8px;
        padding: 6px 10px;
        margin-top: 10px;
        border-radius: 4px;
        border: 1px solid var(--vscode-inputValidation-warningBorder, var(--edge));
        background: var(--vscode-inputValidation-warningBackground, transparent);
        color: var(--vscode-inputValidation-warningForeground, inherit);
      }
      .notice span {
        flex: 1;
        min-width: 200px;
      }
      .whole {
        display: grid;
        place-content: center;
        justify-items: center;
        gap: 10px;
        min-height: 70vh;
        padding: 24px;
        text-align: center;
      }
      .whole p {
        margin: 0;
        max-width: 46ch;
        line-height: 1.5;
      }
      .whole strong {
        font-size: 15px;
        font-weight: 600;
      }
      .none {
        padding: 24px 6px;
      }
      .link {
        color: var(--vscode-textLink-foreground);
      }
      .link:hover {
        text-decoration: underline;
      }
    `,
  ];

  @property({ attribute: false }) comparison!: Comparison;
  @property({ attribute: false }) theme!: Theme;
  @state() private pointedAt: string | undefined;
  private readonly crosshair = new Crosshair();
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
    const { phase, runs, missing } = this.comparison;
    if (phase === 'loading') return whole('loading', 'Reading the runs…', nothing, nothing);
    if (phase === 'failed') return this.failure();
    if (runs.length === 0 && missing.length === 0)
      return whole(
        'graph-line',
        'No runs to compare',
        html`Select runs in the Runs view and choose <em>Compare Runs</em>, or <em>Add to Comparison</em> on one of them.`,
        nothing,
      );
    return html`<div class="top">
        <run-legend
          .comparison=${this.comparison}
          .theme=${this.theme}
          @pointout=${(event: CustomEvent<string | undefined>) => (this.pointedAt = event.detail)}
        ></run-legend>
        <compare-toolbar .comparison=${this.comparison}></compare-toolbar>
      </div>
      <main>
        ${missing.map(
          (run) =>
            html`<div class="notice" role="status">
              <vscode-icon name="warning"></vscode-icon><span>${run.message}</span>
              <button class="link" @click=${() => this.comparison.remove(run.runId)}>Remove from the comparison</button>
            </div>`,
        )}
        ${this.charts()}
        <compare-table .comparison=${this.comparison} .theme=${this.theme}></compare-table>
      </main>`;
  }

  private failure() {
    const actions = html`<vscode-button @click=${() => this.retry()}>Retry</vscode-button>
      <button class="link" @click=${() => this.comparison.post({ type: 'showLog' })}>Show log</button>`;
    return whole('error', 'The runs cannot be shown', this.comparison.failure, actions);
  }

  private retry(): void {
    this.comparison.phase = 'loading';
    this.requestUpdate();
    this.comparison.post({ type: 'ready' });
  }

  private charts() {
    const keys = this.comparison.metricKeys;
    if (keys.length === 0)
      return html`<p class="none muted">No metrics have been logged yet. Charts appear here as soon as a run logs one.</p>`;
    const groups = groupMetrics(keys, this.comparison.view.filter, (key) => this.comparison.isSingle(key));
    if (groups.length === 0)
      return html`<p class="none muted">
        No metric matches “${this.comparison.view.filter}”.
        <button class="link" @click=${() => this.comparison.setView({ filter: '' })}>Clear the filter</button>
      </p>`;
    // Keyed: a group that appears above another must not take its charts over.
    return repeat(
      groups,
      (group) => group.id,
      (group) => this.group(group),
    );
  }

  private group(group: MetricGroup) {
    const { openGroups } = this.comparison.view;
    const isOpen = (Object.hasOwn(openGroups, group.id) ? openGroups[group.id] : undefined) ?? group.isOpenAtFirst;
    return html`<section data-group=${group.id}>
      <h2>
        <button
          class="group"
          aria-expanded=${String(isOpen)}
          @click=${() => this.comparison.setView({ openGroups: { ...openGroups, [group.id]: !isOpen } })}
        >
          <vscode-icon name=${isOpen ? 'chevron-down' : 'chevron-right'}></vscode-icon>${group.title}<span class="count number"
            >${group.keys.length}</span
          >
        </button>
      </h2>
      ${
        isOpen
          ? html`<div class="grid">
              ${repeat(
                group.keys,
                (key) => key,
                (key) =>
                  html`<chart-card
                    .comparison=${this.comparison}
                    .metric=${key}
                    .group=${group.id}
                    .crosshair=${this.crosshair}
                    .theme=${this.theme}
                    .pointedAt=${this.pointedAt}
                  ></chart-card>`,
              )}
            </div>`
          : nothing
      }
    </section>`;
  }
}

function whole(icon: string, title: string, text: unknown, actions: unknown) {
  return html`<div class="whole" role="status">
    <vscode-icon name=${icon} size="32" ?spin=${icon === 'loading'}></vscode-icon><strong>${title}</strong>
    ${text === nothing ? nothing : html`<p class="muted">${text}</p>`}${actions}
  </div>`;
}
