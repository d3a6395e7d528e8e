import { formatAge } from '../../core/format';
import type { ModelVersion } from '../../core/model';

/** Beside a version's number: `@champion · Production · from sunny-otter-12 · 3 min`. */
export function versionDescription(version: ModelVersion, runName: string | undefined, now: number): string {
  return [
    ...version.aliases.map((alias) => `@${alias}`),
    version.currentStage === 'None' ? undefined : version.currentStage,
    version.status === 'READY' ? undefined : version.status === 'FAILED_REGISTRATION' ? 'failed' : 'pending',
    runName === undefined ? undefined : `from ${runName}`,
    formatAge(version.creationTime, now),
  ]
    .filter(Boolean)
    .join(' · ');
}
