/** Tier and gravestone, on a table that keeps conditions: what is there is never lost by a step that did not mean to. */
import { describe, expect, it } from 'vitest';
import type { Command } from '../../lib/tenant-lifecycle/commands';
import { offboard, onboard, prove, suspend, type Call } from '../../lib/tenant-lifecycle/lifecycle';
import { markSuspended, activate, takeGravestone } from '../../lib/tenant-lifecycle/state';
import { Table } from './table';

const subject = { place: { cell: 'prod-eu', account: '444444444444', region: 'eu-west-1' }, tenant: 'acme' };
const on = (day: string) => ({ now: () => new Date(`${day}T12:00:00.000Z`), wait: () => Promise.resolve() });
const settings = (state: string, more: Readonly<Record<string, string>> = {}) =>
  new Table({ pk: 'acme#settings', sk: 'tier', tier: 'enterprise', state, ...more });
const grave = () => settings('left', { left_at: '2026-11-01T12:00:00.000Z' });
const stateIn = (table: Table) => table.get('acme#settings', 'tier');

const asking =
  (table: Table, answer: (command: Command) => unknown = ({ sample }) => sample, commands: Command[] = []): Call =>
  (command) => {
    commands.push(command);
    const { input } = command;
    if (input?.includes('SELECT tier FROM')) return Promise.resolve(answer({ ...command, sample: 'enterprise' }));
    return Promise.resolve().then(() => table.answer(command) ?? answer(command));
  };

describe('the tier', () => {
  it('of an enterprise tenant outlives suspension, and is back without being named', async () => {
    const table = settings('active');
    await suspend(asking(table), subject);
    expect(stateIn(table)).toMatchObject({ tier: 'enterprise', state: 'suspended' });
    await suspend(asking(table), subject);
    await onboard(asking(table), subject, { displayName: 'Acme' });
    expect(stateIn(table)).toMatchObject({ tier: 'enterprise', state: 'active' });
  });

  it('rejects another one than the database has', async () => {
    const table = settings('suspended');
    await expect(onboard(asking(table), subject, { tier: 'standard', displayName: 'Acme' })).rejects.toThrow("allowed: 'enterprise'");
    expect(stateIn(table)?.['state']).toBe('suspended');
  });

  it('rejects a new tenant without one', async () => {
    const table = new Table();
    const call = asking(table, (command) => (command.program === 'psql' ? '' : command.sample));
    await expect(onboard(call, subject, { displayName: 'Acme' })).rejects.toThrow('--tier: received none');
    expect(table.keys()).toEqual([]);
  });
});

describe('the gravestone', () => {
  it('rejects to be suspended or onboarded over, before the database is asked', async () => {
    const [table, commands] = [grave(), [] as Command[]];
    await expect(suspend(asking(table, undefined, commands), subject)).rejects.toThrow("whose state is 'left'");
    await expect(onboard(asking(table, undefined, commands), subject, { tier: 'growth', displayName: 'A' })).rejects.toThrow('has left at');
    expect(commands.some(({ program }) => program === 'psql')).toBe(false);
    expect(stateIn(table)?.['state']).toBe('left');
  });

  it('rejects writes of whoever read before it was put', () => {
    expect(() => grave().answer(activate(subject, 'enterprise'))).toThrow('ConditionalCheckFailed');
    expect(() => grave().answer(markSuspended(subject, 'enterprise'))).toThrow('ConditionalCheckFailed');
    expect(() => settings('active').answer(markSuspended(subject, 'standard'))).toThrow('ConditionalCheckFailed');
  });

  it('keeps the day of the first offboard', async () => {
    const table = settings('active');
    await offboard(asking(table), subject, on('2026-11-01'));
    await offboard(asking(table), subject, on('2026-11-07'));
    expect(stateIn(table)).toMatchObject({ tier: 'enterprise', state: 'left', left_at: '2026-11-01T12:00:00.000Z' });
  });

  it.each([
    ['before the 30th day has passed', grave(), '2026-12-01'],
    ['of a tenant that is active', settings('active'), '2027-01-01'],
    ['without a day', settings('left'), '2027-01-01'],
  ])('rejects to go %s', async (_, table, day) => {
    await expect(prove(asking(table), subject, { ...on(day), isFinal: true })).rejects.toThrow('--final');
    expect(stateIn(table)).toBeDefined();
    expect(() => table.answer(takeGravestone(subject, on(day).now()))).toThrow('ConditionalCheckFailed');
  });

  it('stays while anything else is left, and goes last', async () => {
    const table = grave();
    const left = asking(table, (command) => (command.args[1] === 'list-objects-v2' ? 3 : command.sample));
    expect((await prove(left, subject, { ...on('2026-12-02'), isFinal: true })).isComplete).toBe(false);
    expect(stateIn(table)?.['state']).toBe('left');

    const commands: Command[] = [];
    const { checks, isComplete } = await prove(asking(table, undefined, commands), subject, { ...on('2026-12-02'), isFinal: true });
    expect(isComplete).toBe(true);
    expect(checks.find(({ what }) => what === 'settings')).toMatchObject({ count: 0, allowed: 0 });
    expect(stateIn(table)).toBeUndefined();
    const verbs = commands.map(({ program, args }) => (program === 'psql' ? program : args[1]));
    expect(verbs.indexOf('delete-item')).toBeGreaterThan(Math.max(verbs.indexOf('psql'), verbs.indexOf('list-objects-v2')));
    // Again: nothing is there, and nothing is deleted.
    expect((await prove(asking(table), subject, { ...on('2026-12-02'), isFinal: true })).isComplete).toBe(true);
  });
});
