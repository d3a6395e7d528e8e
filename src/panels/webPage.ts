import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import { pageHtml } from './pageHtml';

export interface WebPage {
  /** The page's name: its script is `dist/webview/NAME.js`. */
  readonly name: string;
  readonly title: string;
  /** Whether it shows pictures, which it is sent as `data:` URLs. */
  readonly pictures?: boolean;
}

/** Fills a webview with one of our pages, which may load what lies in `dist/webview` and nothing else. */
export function showPage({ webview }: vscode.WebviewPanel, extensionUri: vscode.Uri, page: WebPage): void {
  const folder = vscode.Uri.joinPath(extensionUri, 'dist', 'webview');
  const uri = (file: string) => webview.asWebviewUri(vscode.Uri.joinPath(folder, file)).toString();
  webview.options = { enableScripts: true, localResourceRoots: [folder] };
  webview.html = pageHtml({
    title: page.title,
    script: uri(`${page.name}.js`),
    codicons: uri('codicon.css'),
    cspSource: webview.cspSource,
    nonce: randomBytes(18).toString('base64'),
    pictures: page.pictures ?? false,
  });
}
