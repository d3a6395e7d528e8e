import type { Ecosystem, Package, PackageChange, PackageChangeKind } from './package';
import { compareVersions } from './versionOrder';

/** Which packages came, went, or moved up or down between two states, by name. */
export function packageChanges(before: readonly Package[], after: readonly Package[]): PackageChange[] {
  const [old, now] = [byName(before), byName(after)];
  const keys = [...new Set([...old.keys(), ...now.keys()])].sort();
  return keys.flatMap((key) => change(old.get(key) ?? [], now.get(key) ?? []) ?? []);
}

function byName(packages: readonly Package[]): Map<string, Package[]> {
  const found = new Map<string, Package[]>();
  for (const each of packages) {
    const key = `${each.name} ${each.ecosystem}`;
    const others = found.get(key);
    if (others) others.push(each);
    else found.set(key, [each]);
  }
  return found;
}

function change(before: readonly Package[], after: readonly Package[]): PackageChange | undefined {
  const [any] = [...before, ...after];
  if (!any) return undefined;
  const { name, ecosystem } = any;
  const [old, now] = [textOf(ecosystem, before), textOf(ecosystem, after)];
  if (old === now) return undefined;
  if (old === undefined || now === undefined)
    return { name, ecosystem, kind: old === undefined ? 'added' : 'removed', before: old, after: now };
  return { name, ecosystem, kind: direction(ecosystem, before, after), before: old, after: now };
}

/** By the greatest version of each side; ranges count by the version in them as long as they are of the same form. */
function direction(ecosystem: Ecosystem, before: readonly Package[], after: readonly Package[]): PackageChangeKind {
  const [old, now] = [greatest(ecosystem, before), greatest(ecosystem, after)];
  if (!old || !now || (old.form !== now.form && !(old.exact && now.exact))) return 'changed';
  const order = compareVersions(ecosystem, old.version, now.version);
  return order < 0 ? 'up' : order > 0 ? 'down' : 'changed';
}

interface Meant {
  readonly version: string;
  readonly form: string;
  readonly exact: boolean;
}

function greatest(ecosystem: Ecosystem, packages: readonly Package[]): Meant | undefined {
  const meant = packages.flatMap((each) => meaning(each) ?? []);
  return meant.reduce<Meant | undefined>(
    (best, each) => (best && compareVersions(ecosystem, best.version, each.version) >= 0 ? best : each),
    undefined,
  );
}

/** `>=2.1,<3` has the form `>=,<` and means 2.1. */
function meaning({ version, requirement }: Package): Meant | undefined {
  if (version !== undefined) return { version, form: '', exact: true };
  if (requirement.includes(':/') || requirement.includes('@')) return undefined;
  const first = /\d[\w.!+-]*/.exec(requirement)?.[0];
  return first === undefined ? undefined : { version: first, form: requirement.replace(/\d[\w.!+-]*/g, ''), exact: false };
}

/** Undefined where there is no package; `any version` where nothing is asked for. */
function textOf(ecosystem: Ecosystem, packages: readonly Package[]): string | undefined {
  if (packages.length === 0) return undefined;
  const texts = [...new Set(packages.map(({ version, requirement }) => version ?? (requirement || 'any version')))];
  return texts.sort((a, b) => compareVersions(ecosystem, a, b)).join(', ');
}
