import type { PlacedGraph, PlacedNode } from './graphLayout';
import { lookOf, type Look } from './nodeLook';

/** The whole graph as a file of its own, in the colours of the page; without icons, whose font it can't bring along. */
export function exportSvg({ nodes, edges, width, height }: PlacedGraph, style: Pick<CSSStyleDeclaration, 'getPropertyValue'>): string {
  const colour = (name: string, fallback: string): string => style.getPropertyValue(`--vscode-${name}`).trim() || fallback;
  const [foreground, background] = [colour('foreground', '#333333'), colour('editor-background', '#ffffff')];
  const edgeColours: Readonly<Record<Look, string>> = {
    plain: foreground,
    changed: colour('gitDecoration-modifiedResourceForeground', foreground),
    gone: colour('gitDecoration-deletedResourceForeground', foreground),
    warning: colour('problemsWarningIcon-foreground', foreground),
    error: colour('problemsErrorIcon-foreground', foreground),
  };
  const box = ({ node, x, y, width: wide, height: high, label, detail }: PlacedNode): string => {
    const look = edgeColours[lookOf(node)];
    const radius = node.kind === 'stage' ? 4 : Math.round(high / 2.6);
    const second = detail === '' ? '' : `<text x="16" y="37" font-size="11" fill="${escaped(look)}">${escaped(detail)}</text>`;
    return `<g transform="translate(${x} ${y})"><rect width="${wide}" height="${high}" rx="${radius}" fill="none" stroke="${escaped(look)}"/><text x="16" y="${detail === '' ? high / 2 + 4.5 : 20}"${node.kind === 'stage' ? ' font-weight="600"' : ''}>${escaped(label)}</text>${second}</g>`;
  };
  const [wide, high] = [Math.ceil(width), Math.ceil(height)];
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${wide}" height="${high}" viewBox="0 0 ${wide} ${high}" font-family="sans-serif" font-size="13" fill="${escaped(foreground)}">`,
    `<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto"><path d="M0 0.5L8 4L0 7.5Z"/></marker></defs>`,
    `<rect width="${wide}" height="${high}" fill="${escaped(background)}"/>`,
    ...edges.map(
      ({ path }) => `<path d="${path}" fill="none" stroke="${escaped(foreground)}" stroke-opacity="0.5" marker-end="url(#tip)"/>`,
    ),
    ...nodes.map(box),
    '</svg>\n',
  ].join('\n');
}

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}
