import { Type } from 'typebox';
import { writeFile, filled } from '../encoding';
import { Needed, Text } from '../fields';
import type { App, Resources } from '../resources';

const List = Type.Object({ run_id: Needed, path: Type.Optional(Text), page_token: Type.Optional(Text) });

export function artifactRoutes(app: App, { engine, uris }: Resources): void {
  app.get('/mlflow/artifacts/list', { schema: { querystring: List } }, async ({ query }) => {
    const { artifactUri } = await engine.runs.get(query.run_id);
    const files = await engine.artifacts.list(query.run_id, query.path);
    return { root_uri: uris.toWire(artifactUri), ...filled('files', files.map(writeFile)) };
  });
}
