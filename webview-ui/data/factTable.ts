import { html, nothing, type TemplateResult } from 'lit';
import type { DataReport, Fact, RowCounts } from '../../src/protocol/data';
import { plural } from './headline';

/** What is known of the whole, side by side. */
export function factTable(report: DataReport, names: readonly string[]): TemplateResult {
  const isComparison = names.length === 2;
  return html`<section aria-label="Overview">
    <div class="facts" data-testid="facts">
      ${report.facts.map((fact) => factCard(fact, isComparison))}${report.rows ? rowsCard(report.rows, report.item) : nothing}
    </div>
  </section>`;
}

function factCard({ name, before, after, differs, change }: Fact, isComparison: boolean): TemplateResult {
  return html`<div class="fact ${differs ? 'differs' : ''}" data-fact=${name}>
    <span class="name">${name}</span>
    ${
      differs && isComparison
        ? html`<span class="value number" title=${before ?? ''}
              ><span class="mark before"></span><span class="ellipsis">${before ?? '–'}</span></span
            ><span class="unseen"> became </span
            ><span class="value number" title=${after ?? ''}
              ><span class="mark"></span
              ><span class="ellipsis">${after ?? '–'}</span
              >${change === undefined ? nothing : html`<span class="change">${change}</span>`}</span
            >`
        : html`<span class="value number" title=${after ?? before ?? ''}><span class="ellipsis">${after ?? before}</span></span>
            ${isComparison ? html`<span class="same">the same</span>` : nothing}`
    }
  </div>`;
}

/** How many rows both have, and each alone, as one bar. */
function rowsCard({ both, onlyBefore, onlyAfter }: RowCounts, item: string): TemplateResult {
  const total = Math.max(1, both + onlyBefore + onlyAfter);
  const share = (count: number): string => `width: ${((count / total) * 100).toFixed(3)}%`;
  return html`<div class="fact wide ${onlyBefore + onlyAfter > 0 ? 'differs' : ''}" data-fact="Different rows">
    <span class="name">By content</span>
    <div class="share" aria-hidden="true">
      <span class="only before" .style=${share(onlyBefore)}></span><span class="both" .style=${share(both)}></span
      ><span class="only after" .style=${share(onlyAfter)}></span>
    </div>
    <span class="legend number"
      >${onlyBefore > 0 ? html`<span><span class="mark before"></span>${plural(onlyBefore, item)} only before</span>` : nothing}<span
        class="muted"
        >${plural(both, item)} in both</span
      >${onlyAfter > 0 ? html`<span><span class="mark"></span>${plural(onlyAfter, item)} only after</span>` : nothing}</span
    >
  </div>`;
}
