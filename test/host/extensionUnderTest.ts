import assert from 'node:assert/strict';
import { extensions, type Extension } from 'vscode';
import type { ExtensionApi } from '../../src/extension';

/** What a manifest contributes, as far as the tests read it. */
export interface Manifest {
  readonly contributes: {
    readonly commands: readonly { readonly command: string; readonly title: string; readonly category?: string }[];
    readonly views: Readonly<Record<string, readonly { readonly id: string }[]>>;
  };
}

export function extensionUnderTest(): Extension<ExtensionApi> {
  const extension = extensions.getExtension<ExtensionApi>('ml-tracking.ml-tracking');
  assert.ok(extension, 'the extension is not in this host');
  return extension;
}

/** The running extension's API, once what is on the disk has been read. */
export async function activated(): Promise<ExtensionApi> {
  const api = await extensionUnderTest().activate();
  await api.ready;
  return api;
}
