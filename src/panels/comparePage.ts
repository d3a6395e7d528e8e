/** Where the page's parts lie, as the webview may load them. */
export interface PageParts {
  readonly script: string;
  readonly codicons: string;
  /** The webview's own origin for style sheets and fonts. */
  readonly cspSource: string;
  readonly nonce: string;
}

/** The page's HTML. Nothing is allowed but its own script, style sheet and font. */
export function comparePage({ script, codicons, cspSource, nonce }: PageParts): string {
  const policy = [`default-src 'none'`, `script-src 'nonce-${nonce}'`, `style-src ${cspSource}`, `font-src ${cspSource}`].join('; ');
  return `<!DOCTYPE html>
<html lang="en">
  <head>
    <meta charset="UTF-8">
    <meta http-equiv="Content-Security-Policy" content="${policy}">
    <meta name="viewport" content="width=device-width, initial-scale=1.0">
    <title>Compare Runs</title>
    <link rel="stylesheet" href="${codicons}" id="vscode-codicon-stylesheet">
  </head>
  <body>
    <script type="module" nonce="${nonce}" src="${script}"></script>
  </body>
</html>`;
}
