import '@vscode-elements/elements/dist/vscode-button/index.js';
import '@vscode-elements/elements/dist/vscode-icon/index.js';
import '@vscode-elements/elements/dist/vscode-textfield/index.js';
import { html, LitElement, nothing, svg, type PropertyValues, type SVGTemplateResult, type TemplateResult } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import type { LineageGraph, LineageNodeKind } from '../../src/core/lineageGraph';
import { visible } from '../../src/core/visibleText';
import type { GraphEvent, GraphRequest } from '../../src/protocol/graph';
import { base } from '../styles';
import { exportSvg } from './exportSvg';
import { placeGraph, type PlacedEdge, type PlacedGraph, type PlacedNode } from './graphLayout';
import { graphStyles } from './graphStyles';
import { matches, neighbour, relatives, type Direction } from './graphWalk';
import { GLYPHS, KIND_WORDS, lookOf, spoken } from './nodeLook';
import { stagesOnly } from './stagesOnly';
import { textMeasure } from './textMeasure';
import { fitAll, reveal, zoomAt, type Viewport } from './viewport';

const STEP = 1.25;
const ARROWS: Readonly<Record<string, Direction>> = { ArrowLeft: 'left', ArrowRight: 'right', ArrowUp: 'up', ArrowDown: 'down' };
/** Below this size nothing could be read: a large graph begins at its left instead. */
const READABLE = 0.75;

/** A graph as a picture that can be moved, searched and walked through with the keyboard. */
@customElement('graph-app')
export class GraphApp extends LitElement {
  static override styles = [base, graphStyles];

  @property({ attribute: false }) post!: (request: GraphRequest) => void;
  @property({ attribute: false }) told: GraphEvent | undefined;
  @state() private view: Viewport = { x: 0, y: 0, scale: 1 };
  /** The node that is pointed at or has the focus. */
  @state() private pointed: string | undefined;
  @state() private search = '';
  /** The node that the tab key leads to. */
  @state() private current: string | undefined;
  @state() private isDragging = false;
  /** Whether what lies between stages is left out. */
  @state() private isBrief = false;
  @query('.stage') private readonly stage!: HTMLElement | null;
  private placed: PlacedGraph | undefined;
  private shown: { readonly graph: LineageGraph; readonly isBrief: boolean } | undefined;
  private spokenOf = new Map<string, string>();
  private shape = '';
  private size = { width: 0, height: 0 };
  /** Whether a person has moved the picture: it then stays where it is. */
  private isMoved = false;
  private readonly watcher = new ResizeObserver(([entry]) => this.resized(entry!.contentRect));

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.watcher.disconnect();
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (this.told?.type !== 'graph' || (this.shown && !changed.has('told') && this.isBrief === this.shown.isBrief)) return;
    const graph = this.isBrief ? stagesOnly(this.told.graph) : this.told.graph;
    this.shown = { graph, isBrief: this.isBrief };
    const shape = JSON.stringify([graph.nodes.map(({ id }) => id), graph.edges]);
    if (shape !== this.shape) this.isMoved = false;
    this.shape = shape;
    this.placed = placeGraph(graph, textMeasure(this));
    const labels = new Map(graph.nodes.map(({ id, label }) => [id, label]));
    const names = (ids: readonly string[]): string[] => ids.flatMap((id) => labels.get(id) ?? []);
    this.spokenOf = new Map(
      graph.nodes.map((node) => {
        const before = graph.edges.filter(({ to }) => to === node.id).map(({ from }) => from);
        const after = graph.edges.filter(({ from }) => from === node.id).map(({ to }) => to);
        return [node.id, spoken(node, names(before), names(after))];
      }),
    );
    const { centre } = this.told;
    if (this.current === undefined || !labels.has(this.current))
      this.current = centre !== undefined && labels.has(centre) ? centre : firstOf(this.placed);
    if (this.pointed !== undefined && !labels.has(this.pointed)) this.pointed = undefined;
    if (!this.isMoved) this.fit();
  }

  protected override updated(): void {
    if (this.stage && this.size.width === 0) this.watcher.observe(this.stage);
  }

  protected override render() {
    const { told, placed } = this;
    if (!told) return whole('loading', 'Drawing the graph…', nothing, nothing);
    if (told.type === 'failed')
      return whole(
        'error',
        'The graph cannot be drawn',
        told.message,
        html`<vscode-button @click=${() => this.post({ type: 'ready' })}>Retry</vscode-button>`,
      );
    if (!placed || placed.nodes.length === 0)
      return whole(
        'type-hierarchy',
        'Nothing to draw yet',
        html`Stages appear here as soon as <em>dvc.yaml</em> has some, and imported data with where it comes from.`,
        nothing,
      );
    const found = matches(placed, this.search);
    return html`${this.head(told.title, found)}
      <div
        class="stage ${this.isDragging ? 'dragging' : ''}"
        data-testid="graph"
        @wheel=${{ handleEvent: (event: WheelEvent) => this.wheel(event), passive: false }}
        @pointerdown=${(event: PointerEvent) => this.drag(event)}
      >
        ${this.picture(placed, found)}
      </div>
      ${legend(placed)}`;
  }

  /** Whether there are stages that could be shown alone. */
  private get hasStages(): boolean {
    return this.told?.type === 'graph' && this.told.graph.nodes.filter(({ kind }) => kind === 'stage').length > 1;
  }

  private head(title: string, found: readonly string[]): TemplateResult {
    const button = (icon: string, name: string, action: () => void) =>
      html`<button class="icon" title=${name} aria-label=${name} data-action=${icon} @click=${action}>
        <vscode-icon name=${icon}></vscode-icon>
      </button>`;
    return html`<header>
      <h1 class="ellipsis">${title}</h1>
      <vscode-textfield
        placeholder="Find"
        aria-label="Find in the graph"
        .value=${this.search}
        @input=${(event: Event) => (this.search = (event.target as HTMLInputElement).value)}
        @keydown=${(event: KeyboardEvent) => event.key === 'Enter' && found.length > 0 && this.go(found[(found.indexOf(this.current ?? '') + 1) % found.length]!)}
      ></vscode-textfield>
      ${this.search.trim() === '' ? nothing : html`<span class="muted number" role="status">${found.length} found</span>`}
      <div class="tools">
        ${
          this.hasStages
            ? html`<button
                class="icon"
                title="Stages only"
                aria-label="Stages only"
                aria-pressed=${String(this.isBrief)}
                data-action="brief"
                @click=${() => (this.isBrief = !this.isBrief)}
              >
                <vscode-icon name="type-hierarchy-sub"></vscode-icon>
              </button>`
            : nothing
        }
        ${button('zoom-out', 'Zoom out', () => this.zoom(1 / STEP))}${button('zoom-in', 'Zoom in', () => this.zoom(STEP))}${button(
          'screen-full',
          'Fit all',
          () => this.fit(0),
        )}${button('save', 'Save as SVG', () => this.save())}
      </div>
    </header>`;
  }

  private picture({ nodes, edges }: PlacedGraph, found: readonly string[]): TemplateResult {
    const graph = this.shown?.graph;
    const centre = this.told?.type === 'graph' ? this.told.centre : undefined;
    const isSearch = this.search.trim() !== '';
    const lit = this.pointed !== undefined && graph ? relatives(graph, this.pointed) : isSearch ? new Set(found) : undefined;
    const { x, y, scale } = this.view;
    return html`<svg role="group" aria-label="Graph" @keydown=${(event: KeyboardEvent) => this.key(event)}>
      <defs>
        <marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">
          <path class="tip" d="M0 0.5L8 4L0 7.5Z"></path>
        </marker>
      </defs>
      <g transform=${`translate(${x} ${y}) scale(${scale})`}>
        ${edges.map((edge) => edgePath(edge, lit, this.pointed !== undefined))}
        ${nodes.map((node) => this.node(node, lit, node.node.id === centre))}
      </g>
    </svg>`;
  }

  private node(placed: PlacedNode, lit: ReadonlySet<string> | undefined, isCentre: boolean): SVGTemplateResult {
    const { node, x, y, width, height, label, detail } = placed;
    const { id, kind, target } = node;
    const classes = ['node', `kind-${kind}`, `look-${lookOf(node)}`, ...(target ? ['opens'] : []), ...(isCentre ? ['centre'] : [])];
    if (lit && !lit.has(id)) classes.push('dim');
    return svg`<g class=${classes.join(' ')} data-node=${id} transform=${`translate(${x} ${y})`}
      role=${target ? 'button' : 'img'} tabindex=${id === this.current ? 0 : -1} aria-label=${this.spokenOf.get(id) ?? node.label}
      @click=${() => this.open(id)} @pointerenter=${() => (this.pointed = id)} @pointerleave=${() => (this.pointed = undefined)}
      @focus=${() => this.focused(id)} @blur=${() => (this.pointed = undefined)}>
      <title>${[node.label, detailLine(placed)].filter(Boolean).map(visible).join('\n')}</title>
      <rect width=${width} height=${height} rx=${kind === 'stage' ? 4 : height / 2.6}></rect>
      <text class="icon" x="11" y=${height / 2 + 6} aria-hidden="true">${GLYPHS[kind]}</text>
      <text class="name" x="34" y=${detail === '' ? height / 2 + 4.5 : 20}>${label}</text>
      ${detail === '' ? nothing : svg`<text class="detail" x="34" y="37">${detail}</text>`}
    </g>`;
  }

  private focused(id: string): void {
    this.current = id;
    this.pointed = id;
  }

  private open(id: string): void {
    if (!this.isDragging) this.post({ type: 'open', id });
  }

  /** Brings a node into sight and gives it the focus. */
  private go(id: string): void {
    const box = this.placed?.nodes.find(({ node }) => node.id === id);
    if (!box) return;
    this.current = id;
    this.move(reveal(this.view, box, this.size));
    void this.updateComplete.then(() =>
      this.renderRoot.querySelector<SVGGElement>(`[data-node="${CSS.escape(id)}"]`)?.focus({ preventScroll: true }),
    );
  }

  private key(event: KeyboardEvent): void {
    const { key, ctrlKey, metaKey, altKey } = event;
    if (altKey) return;
    const direction = ARROWS[key];
    if (direction && this.placed && this.current !== undefined) {
      const next = neighbour(this.placed, this.current, direction);
      if (next !== undefined) this.go(next);
    } else if ((key === 'Enter' || key === ' ') && this.current !== undefined) this.open(this.current);
    else if (key === '+' || key === '=') this.zoom(STEP);
    else if (key === '-') this.zoom(1 / STEP);
    else if (key === '0' && !ctrlKey && !metaKey) this.fit(0);
    else return;
    event.preventDefault();
  }

  private wheel(event: WheelEvent): void {
    event.preventDefault();
    const { left, top } = this.stage!.getBoundingClientRect();
    const at = { x: event.clientX - left, y: event.clientY - top };
    const { x, y, scale } = this.view;
    if (event.ctrlKey || event.metaKey) this.move(zoomAt(this.view, Math.exp(-event.deltaY / 200), at));
    else this.move({ x: x - (event.shiftKey ? event.deltaY : event.deltaX), y: y - (event.shiftKey ? 0 : event.deltaY), scale });
  }

  private drag(event: PointerEvent): void {
    if (event.button !== 0) return;
    const start = { x: event.clientX, y: event.clientY, view: this.view };
    const moved = ({ clientX, clientY }: PointerEvent): void => {
      const [dx, dy] = [clientX - start.x, clientY - start.y];
      // A hand that clicks shakes a little.
      if (!this.isDragging && Math.hypot(dx, dy) < 4) return;
      this.isDragging = true;
      this.move({ ...start.view, x: start.view.x + dx, y: start.view.y + dy });
    };
    const ended = (): void => {
      window.removeEventListener('pointermove', moved);
      // After the click that this may be the end of.
      requestAnimationFrame(() => (this.isDragging = false));
    };
    window.addEventListener('pointermove', moved);
    window.addEventListener('pointerup', ended, { once: true });
    window.addEventListener('pointercancel', ended, { once: true });
  }

  private zoom(factor: number): void {
    this.move(zoomAt(this.view, factor, { x: this.size.width / 2, y: this.size.height / 2 }));
  }

  private move(view: Viewport): void {
    this.isMoved = true;
    this.view = view;
  }

  private fit(least = READABLE): void {
    if (this.placed) this.view = fitAll(this.placed, this.size, least === 0 ? undefined : least);
    if (least === 0) this.isMoved = false;
  }

  private resized({ width, height }: { readonly width: number; readonly height: number }): void {
    this.size = { width, height };
    if (!this.isMoved) this.fit();
  }

  private save(): void {
    if (this.placed) this.post({ type: 'saveSvg', svg: exportSvg(this.placed, getComputedStyle(this)) });
  }
}

function edgePath({ from, to, path }: PlacedEdge, lit: ReadonlySet<string> | undefined, isPointed: boolean): SVGTemplateResult {
  const isLit = lit?.has(from) && lit.has(to);
  return svg`<path class=${`edge${lit ? (isLit ? (isPointed ? ' lit' : '') : ' dim') : ''}`} d=${path} marker-end="url(#tip)"></path>`;
}

function detailLine({ node }: PlacedNode): string {
  return [node.differences.length > 0 ? `${node.differences.join(', ')} changed` : (node.state ?? ''), node.detail ?? '']
    .filter(Boolean)
    .join(' · ');
}

function firstOf({ nodes }: PlacedGraph): string | undefined {
  return [...nodes].sort((a, b) => a.x - b.x || a.y - b.y)[0]?.node.id;
}

/** The kinds that are there, and how many nodes have changed. */
function legend({ nodes }: PlacedGraph): TemplateResult {
  const kinds = (Object.keys(GLYPHS) as LineageNodeKind[]).filter((kind) => nodes.some(({ node }) => node.kind === kind));
  const changed = nodes.filter(({ node }) => lookOf(node) !== 'plain').length;
  return html`<footer>
    ${kinds.map((kind) => html`<span class="kind-${kind}"><span class="glyph" aria-hidden="true">${GLYPHS[kind]}</span>${KIND_WORDS[kind]}</span>`)}
    <span class="number">${nodes.length} nodes${changed > 0 ? `, ${changed} not as recorded` : ', all as recorded'}</span>
  </footer>`;
}

function whole(icon: string, title: string, text: unknown, actions: unknown): TemplateResult {
  return html`<div class="whole" role="status">
    <vscode-icon name=${icon} size="32" ?spin=${icon === 'loading'}></vscode-icon><strong>${title}</strong>
    ${text === nothing ? nothing : html`<p class="muted">${text}</p>`}${actions}
  </div>`;
}
