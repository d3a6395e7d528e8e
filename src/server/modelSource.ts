import { invalid } from '../core/errors';
import { quote } from '../store/limits';
import { fullyDecoded } from './percent';

/**
 * Refuses the sources of model versions that would make somebody read what is not theirs: files of this machine, however they
 * are written, and paths that climb. What lies in the store is reached by `runs:`, `models:` and `mlflow-artifacts:`.
 */
export function checkModelSource(source: string, runId: string | undefined): void {
  const plain = fullyDecoded(source);
  const scheme = /^([a-z][a-z0-9+.-]+):/i.exec(plain)?.[1]?.toLowerCase();
  if (scheme === undefined || scheme === 'file' || scheme.endsWith('+file') || scheme.startsWith('file+'))
    throw invalid(
      `Invalid model version source: ${quote(source)}. To use a local path as a model version source, the run_id request parameter has to be specified and the local path has to be contained within the artifact directory of the run specified by the run_id.`,
    );
  // eslint-disable-next-line no-control-regex
  if (/[\u0000-\u001f\\]/.test(plain) || plain.split(/[/?#]/).includes('..'))
    throw invalid(`Invalid model version source: ${quote(source)}. It must not hold '..', backslashes or control characters.`);
  if (scheme === 'mlflow-artifacts') checkProxied(source, plain, runId);
}

function checkProxied(source: string, plain: string, runId: string | undefined): void {
  const [, owner] = /^mlflow-artifacts:(?:\/\/[^/]*)?\/*[^/]+\/([^/]+)\/artifacts(?:\/|$)/i.exec(plain) ?? [];
  const ofModel = /^mlflow-artifacts:(?:\/\/[^/]*)?\/*[^/]+\/models\/m-[^/]+\/artifacts(?:\/|$)/i.test(plain);
  if (ofModel || (owner !== undefined && owner === runId)) return;
  throw invalid(
    `Invalid model version source: ${quote(source)}. To use an artifact as a model version source, the run_id request parameter has to name the run whose artifact it is.`,
  );
}
