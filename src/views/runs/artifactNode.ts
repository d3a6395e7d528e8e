import { posix } from 'node:path';
import { ThemeIcon, TreeItem, TreeItemCollapsibleState, Uri } from 'vscode';
import { formatBytes } from '../../core/format';
import type { Artifact } from '../../core/run';
import type { ArtifactHome } from '../../host/artifactHome';
import { CommandId } from '../../host/commandIds';
import type { TreeNode } from '../treeNode';
import type { RunsScope } from './runsScope';

/** A file or a folder that a run has left behind, or that belongs to a model it has logged. Folders are read when they are opened. */
export class ArtifactNode implements TreeNode {
  constructor(
    readonly parent: TreeNode,
    readonly scope: RunsScope,
    /** Of the run's row, or the model's, that it stands under. */
    private readonly rowId: string,
    readonly home: ArtifactHome,
    readonly artifact: Artifact,
  ) {}

  item(): TreeItem {
    const { path, isDirectory, size } = this.artifact;
    const item = new TreeItem(posix.basename(path), isDirectory ? TreeItemCollapsibleState.Collapsed : TreeItemCollapsibleState.None);
    item.id = `${this.rowId}/artifact/${path}`;
    item.tooltip = path;
    // A scheme of our own gives the file's icon without the colours of git, which ignores the store.
    item.resourceUri = Uri.from({ scheme: 'ml-tracking-artifact', path: `/${path}` });
    item.iconPath = isDirectory ? ThemeIcon.Folder : ThemeIcon.File;
    item.contextValue = isDirectory ? 'artifactFolder' : 'artifactFile';
    if (!isDirectory) {
      if (size !== undefined) item.description = formatBytes(size);
      item.command = { command: CommandId.openArtifact, title: 'Open Artifact', arguments: [this] };
    }
    return item;
  }

  async children(): Promise<TreeNode[]> {
    return this.artifact.isDirectory ? artifactNodes(this, this.scope, this.rowId, this.home, this.artifact.path) : [];
  }
}

/** The rows of a folder of artifacts, folders first. */
export async function artifactNodes(parent: TreeNode, scope: RunsScope, rowId: string, home: ArtifactHome, path = ''): Promise<TreeNode[]> {
  const artifacts = await home.list(path);
  return [...artifacts]
    .sort((a, b) => Number(b.isDirectory) - Number(a.isDirectory) || a.path.localeCompare(b.path, undefined, { numeric: true }))
    .map((artifact) => new ArtifactNode(parent, scope, rowId, home, artifact));
}
