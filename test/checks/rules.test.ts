import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { constraintRules } from '../../lib/checks/registry';
import { platformStacks } from '../support/platform-assembly';

const kebab = (id: string): string => id.replace(/(?<!^)[A-Z]/g, '-$&').toLowerCase();

const modulesIn = (folder: string, suffix: string): string[] =>
  readdirSync(join(__dirname, folder))
    .filter((file) => file.endsWith(suffix))
    .map((file) => file.slice(0, -suffix.length))
    .sort();

describe('the registry of rules', () => {
  it('is frozen, so that a rule is neither lost nor cut loose from its constraints by accident', () => {
    expect(Object.fromEntries(constraintRules.map(({ id, constraints }) => [id, constraints.join(' ')]))).toEqual({
      AuditTrailComplete: 'SEC-3',
      DynamodbTablesRecoverable: 'SLO-2 SLO-5 SEC-2',
      EdgeGuarded: 'TEC-3 SEC-2 SEC-3 REG-1 SLO-1',
      EksClustersPrivate: 'SEC-2 SEC-3 SEC-4 SLO-1 BUD-2',
      ErasureDeadlinesKept: 'CMP-1 REG-1 REG-2',
      LogGroupsKept: 'SEC-3 OBS-1',
      PermissionsNarrow: 'SEC-4',
      PublicIngressNamed: 'SEC-4 SEC-2',
      RegionsResident: 'REG-1 REG-3',
      ResourcesTagged: 'BUD-3 CST-3',
      RolesBounded: 'SEC-4',
      StacksWholeAndPlaced: 'REG-3 SEC-4',
      StatefulResourcesKept: 'SLO-2',
      StatefulStacksProtected: 'SLO-2 OPS-1',
      StoresGuarded: 'SEC-2 SEC-3 SLO-2',
      StoresRecoverable: 'SLO-4 SLO-5 SLO-2',
      ThreatsDetected: 'SEC-1 SLO-6',
      WarehouseResident: 'REG-1 REG-3 SEC-2 TEC-2',
    });
  });

  it('holds each file of the folder of rules, and nothing else', () => {
    expect(constraintRules.map(({ id }) => kebab(id)).sort()).toEqual(modulesIn('../../lib/checks/rules', '.ts'));
  });

  it('holds each rule once', () => {
    expect(new Set(constraintRules.map(({ id }) => id)).size).toBe(constraintRules.length);
  });

  it.each(constraintRules.map(({ id }) => id))('has fixtures for %s', (id) => {
    const file = join(__dirname, 'rules', `${kebab(id)}.test.ts`);
    expect(existsSync(file), file).toBe(true);
    expect(readFileSync(file, 'utf8')).toMatch(new RegExp(`describeRule\\(\\s*'${id}'`));
  });

  it.each(constraintRules)('says of $id what it demands, for which constraint, and what to do', ({ constraints, demand, fix }) => {
    expect(constraints.length).toBeGreaterThan(0);
    expect(constraints.filter((constraint) => !/^[A-Z]{3}-\d$/.test(constraint))).toEqual([]);
    expect(demand.length).toBeGreaterThan(20);
    expect(fix.length).toBeGreaterThan(10);
  });

  it.each(constraintRules)('has nothing against the platform by $id', (rule) => {
    expect(platformStacks().length).toBeGreaterThan(15);
    expect(rule.check(platformStacks()).map(({ message }) => message)).toEqual([]);
  });
});
