/** Where the page's parts lie, as the webview may load them. */
export interface PageParts {
  readonly title: string;
  readonly script: string;
  readonly codicons: string;
  /** The webview's own origin for style sheets and fonts. */
  readonly cspSource: string;
  readonly nonce: string;
  /** Whether pictures may be shown that stand in `data:` URLs; never any from elsewhere. */
  readonly pictures: boolean;
}

/** A page's HTML. Nothing is allowed but its own script, style sheet and font, and where it shows pictures those it was sent. */
export function pageHtml({ title, script, codicons, cspSource, nonce, pictures }: PageParts): string {
  const policy = [
    `default-src 'none'`,
    `script-src 'nonce-${nonce}'`,
    `style-src ${cspSource}`,
    `font-src ${cspSource}`,
    ...(pictures ? ['img-src data:'] : []),
  ].join('; ');
  return `<!DOCTYPE html>
<html lang="en">
  <head>
    <meta charset="UTF-8">
    <meta http-equiv="Content-Security-Policy" content="${policy}">
    <meta name="viewport" content="width=device-width, initial-scale=1.0">
    <title>${title}</title>
    <link rel="stylesheet" href="${codicons}" id="vscode-codicon-stylesheet">
  </head>
  <body>
    <script type="module" nonce="${nonce}" src="${script}"></script>
  </body>
</html>`;
}
