import type { ServerState } from '../../host/server/serverState';
import { untranslated, type Translator, type TreeRow } from '../treeRow';

/** The row of a store's tracking server: where it listens, or why it doesn't. */
export function serverRow(state: ServerState, location: string, l10n: Translator = untranslated): TreeRow {
  const label = l10n.t('Server');
  const row = (description: string, tooltip: string, icon: TreeRow['icon']): TreeRow => ({
    id: `${location}/server`,
    label,
    description,
    tooltip,
    icon,
    context: `server ${state.kind}`,
    spoken: l10n.t('Tracking server, {0}', description),
  });
  switch (state.kind) {
    case 'on':
      return row(
        state.url,
        [
          l10n.t('MLflow clients can log to {0}.', state.url),
          l10n.t('New terminals and tasks have it in MLFLOW_TRACKING_URI.'),
          ...(state.token === undefined ? [] : [l10n.t('It asks for a token, which they have in MLFLOW_TRACKING_TOKEN.')]),
          l10n.t('Process {0}', state.pid),
        ].join('\n'),
        { id: 'broadcast', color: 'testing.iconPassed' },
      );
    case 'starting':
      return row(l10n.t('is starting'), l10n.t('The tracking server is starting.'), { id: 'loading~spin' });
    case 'stopping':
      return row(l10n.t('is ending'), l10n.t('The tracking server finishes what is under way.'), { id: 'loading~spin' });
    case 'failed':
      return row(state.message, state.message, { id: 'error', color: 'problemsErrorIcon.foreground' });
    case 'off':
      return row(l10n.t('off'), l10n.t('Started, it lets MLflow clients, such as Python scripts, log into this store.'), {
        id: 'broadcast',
      });
  }
}
