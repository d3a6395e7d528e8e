import { css } from 'lit';

export const graphStyles = css`
  :host {
    display: grid;
    grid-template-rows: auto minmax(0, 1fr) auto;
    height: 100vh;
    overflow: hidden;
  }
  header {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 6px 12px;
    padding: 8px 16px;
    border-bottom: 1px solid var(--line);
  }
  h1 {
    margin: 0;
    font-size: 14px;
    font-weight: 600;
    min-width: 0;
  }
  header vscode-textfield {
    flex: 1;
    min-width: 110px;
    max-width: 240px;
    margin-left: auto;
  }
  .tools {
    display: flex;
    gap: 2px;
  }
  .stage {
    position: relative;
    min-height: 0;
    overflow: hidden;
    touch-action: none;
    cursor: grab;
  }
  .stage.dragging {
    cursor: grabbing;
  }
  .stage > svg {
    display: block;
    width: 100%;
    height: 100%;
  }
  .node {
    cursor: default;
  }
  .node.opens {
    cursor: pointer;
  }
  .node rect {
    fill: var(--vscode-editorWidget-background, var(--vscode-editor-background));
    stroke: var(--node-edge, var(--vscode-contrastBorder, color-mix(in srgb, var(--vscode-foreground) 28%, transparent)));
    stroke-width: 1;
  }
  .node text {
    fill: var(--vscode-foreground);
    font-family: var(--vscode-font-family);
    font-size: 13px;
    pointer-events: none;
    user-select: none;
  }
  .node .icon {
    font-family: codicon;
    font-size: 16px;
    fill: var(--node-kind, var(--vscode-icon-foreground));
  }
  .node .detail {
    font-size: 11px;
    fill: var(--node-tell, var(--muted));
  }
  .kind-source {
    --node-kind: var(--vscode-charts-purple, var(--vscode-icon-foreground));
  }
  .kind-data {
    --node-kind: var(--vscode-charts-blue, var(--vscode-icon-foreground));
  }
  .kind-stage rect {
    stroke-width: 1.5;
  }
  .kind-stage .name {
    font-weight: 600;
  }
  .kind-run {
    --node-kind: var(--vscode-charts-green, var(--vscode-icon-foreground));
  }
  .kind-model {
    --node-kind: var(--vscode-charts-yellow, var(--vscode-icon-foreground));
  }
  .look-changed {
    --node-edge: var(--vscode-gitDecoration-modifiedResourceForeground);
    --node-tell: var(--vscode-gitDecoration-modifiedResourceForeground);
  }
  .look-gone {
    --node-edge: var(--vscode-gitDecoration-deletedResourceForeground);
    --node-tell: var(--vscode-gitDecoration-deletedResourceForeground);
  }
  .look-warning {
    --node-edge: var(--vscode-problemsWarningIcon-foreground);
    --node-tell: var(--vscode-problemsWarningIcon-foreground);
  }
  .look-error {
    --node-edge: var(--vscode-problemsErrorIcon-foreground);
    --node-tell: var(--vscode-problemsErrorIcon-foreground);
  }
  .look-gone rect,
  .look-warning rect {
    stroke-dasharray: 5 3;
  }
  .node.centre rect {
    stroke-width: 2.5;
    stroke: var(--vscode-focusBorder);
  }
  .node:focus {
    outline: none;
  }
  .node:focus-visible rect {
    stroke: var(--vscode-focusBorder);
    stroke-width: 2.5;
  }
  .node.opens:hover rect {
    fill: var(--vscode-list-hoverBackground, var(--vscode-editorWidget-background));
  }
  .edge {
    fill: none;
    stroke: color-mix(in srgb, var(--vscode-foreground) 38%, transparent);
    stroke-width: 1.25;
  }
  .edge.lit {
    stroke: var(--vscode-focusBorder);
    stroke-width: 2;
  }
  .dim {
    opacity: 0.22;
  }
  .tip {
    fill: context-stroke;
  }
  footer {
    display: flex;
    flex-wrap: wrap;
    gap: 4px 16px;
    padding: 5px 16px;
    border-top: 1px solid var(--line);
    color: var(--muted);
    font-size: 12px;
  }
  footer span {
    display: inline-flex;
    align-items: center;
    gap: 5px;
  }
  footer .glyph {
    font-family: codicon;
    font-size: 14px;
    color: var(--node-kind, var(--vscode-icon-foreground));
  }
  .whole {
    display: grid;
    place-content: center;
    justify-items: center;
    gap: 10px;
    grid-row: 1 / -1;
    padding: 24px;
    text-align: center;
  }
  .whole p {
    margin: 0;
    max-width: 60ch;
    line-height: 1.5;
  }
  .whole strong {
    font-size: 15px;
    font-weight: 600;
  }
`;
