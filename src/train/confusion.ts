import type { Evaluation } from './evaluation';

type Matrix = Evaluation['confusion'];

/** The matrix as JSON, with what its rows and columns are. */
export function confusionJson(confusion: Matrix, names: readonly string[]): string {
  return `${JSON.stringify({ rows: 'label', columns: 'predicted', labels: names, matrix: confusion })}\n`;
}

/** The matrix as CSV: a header of predicted classes, then a row for each label. */
export function confusionCsv(confusion: Matrix, names: readonly string[]): string {
  const cell = (text: string): string => (/[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  const header = ['label \\ predicted', ...names].map(cell).join(',');
  return `${[header, ...confusion.map((row, index) => [cell(names[index] ?? String(index)), ...row].join(','))].join('\n')}\n`;
}

const CELL = 44;
const LEFT = 64;
const TOP = 64;

/**
 * The matrix as a picture that reads on light and on dark: cells are tinted by their part of the row, hits in blue and mistakes in
 * orange, the counts stand in them, and every cell says in words what it means.
 */
export function confusionSvg(confusion: Matrix, names: readonly string[], title = 'Confusion matrix'): string {
  const size = confusion.length;
  const width = LEFT + size * CELL + 16;
  const height = TOP + size * CELL + 16;
  const total = confusion.reduce((sum, row) => sum + row.reduce((inner, value) => inner + value, 0), 0);
  const hits = confusion.reduce((sum, row, index) => sum + row[index]!, 0);
  const summary = `${hits} of ${total} predictions are right; rows are labels, columns are predictions.`;
  const name = (index: number): string => escape(names[index] ?? String(index));
  const middle = (index: number): number => index * CELL + CELL / 2;
  const heads = confusion.map(
    (_, index) =>
      `<text x="${LEFT + middle(index)}" y="${TOP - 10}">${name(index)}</text><text x="${LEFT - 16}" y="${TOP + middle(index)}">${name(index)}</text>`,
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-labelledby="title description">
<title id="title">${escape(title)}</title>
<desc id="description">${escape(summary)}</desc>
<style>
svg { color: #1f2328; background: #ffffff }
@media (prefers-color-scheme: dark) { svg { color: #e6e6e6; background: #1e1e1e } }
text { font: 13px system-ui, sans-serif; fill: currentColor; text-anchor: middle; dominant-baseline: central }
rect { stroke: currentColor; stroke-opacity: 0.15 }
.axis { font-size: 12px; opacity: 0.8 }
.none { opacity: 0.35 }
</style>
<text class="axis" x="${LEFT + (size * CELL) / 2}" y="20">predicted</text>
<text class="axis" transform="translate(18 ${TOP + (size * CELL) / 2}) rotate(-90)">label</text>
<g aria-hidden="true">${heads.join('')}</g>
${confusion.map((row, label) => drawRow(row, label, name)).join('\n')}
</svg>
`;
}

function drawRow(row: readonly number[], label: number, name: (index: number) => string): string {
  const support = row.reduce((sum, value) => sum + value, 0);
  return row
    .map((value, predicted) => {
      const part = support === 0 ? 0 : value / support;
      // A root keeps one mistake in a thousand visible; at most 0.6, so that the text stays readable on either theme.
      const tint = value === 0 ? 0 : Math.max(0.08, 0.6 * Math.sqrt(part));
      const [x, y] = [LEFT + predicted * CELL, TOP + label * CELL];
      const words = `label ${name(label)}, predicted ${name(predicted)}: ${value}, ${(100 * part).toFixed(1)} %`;
      const fill = label === predicted ? '#3b82f6' : '#f97316';
      return `<g><title>${words}</title><rect x="${x}" y="${y}" width="${CELL}" height="${CELL}" fill="${fill}" fill-opacity="${tint.toFixed(3)}"/><text${value === 0 ? ' class="none"' : ''} x="${x + CELL / 2}" y="${y + CELL / 2}">${value}</text></g>`;
    })
    .join('');
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
