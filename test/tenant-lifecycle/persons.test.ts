/** Of many persons, with credentials that end, and with persons who come late: that nobody stays, and that nobody is asked for more than need be. */
import { describe, expect, it } from 'vitest';
import type { Command } from '../../lib/tenant-lifecycle/commands';
import { inParallel } from '../../lib/tenant-lifecycle/items';
import { offboard, prove, type Call } from '../../lib/tenant-lifecycle/lifecycle';
import { Table } from './table';

const subject = { place: { cell: 'prod-eu', account: '444444444444', region: 'eu-west-1' }, tenant: 'acme' };
const personsOf = (count: number) => Array.from({ length: count }, (_, index) => `person-${index}`);
const profileOf = (person: string) => ({ pk: `acme#${person}`, sk: 'profile' });

/** A cell as far as a tenant's leaving sees it: a clock, a table, a lake that forgets, and credentials that end. */
class Cell {
  readonly table: Table;
  readonly commands: Command[] = [];
  readonly waits: number[] = [];
  now = Date.parse('2026-11-01T12:00:00.000Z');
  callsLeft = Infinity;
  mostAtOnce = 0;
  private atOnce = 0;

  constructor(public lake: readonly string[]) {
    this.table = new Table({ pk: 'acme#settings', sk: 'tier', tier: 'enterprise', state: 'active' }, ...lake.map(profileOf));
  }

  readonly options = {
    now: () => new Date(this.now),
    wait: (seconds: number) => {
      this.waits.push(seconds);
      this.now += seconds * 1000;
      this.whileWaiting(seconds);
      return Promise.resolve();
    },
  };
  whileWaiting: (seconds: number) => void = () => undefined;

  readonly call: Call = async (command) => {
    this.commands.push(command);
    this.callsLeft -= 1;
    if (this.callsLeft < 0) throw new Error('Credentials have expired');
    this.mostAtOnce = Math.max(this.mostAtOnce, (this.atOnce += 1));
    await Promise.resolve();
    this.atOnce -= 1;
    const verb = command.args.slice(0, 2).join(' ');
    if (verb === 'athena get-query-results' && command.sample !== undefined && this.asksForPersons())
      return {
        ResultSet: {
          Rows: [['person'], ...this.lake.map((person) => [person])].map((row) => ({
            Data: row.map((VarCharValue) => ({ VarCharValue })),
          })),
        },
      };
    if (verb === 'glue start-job-run') this.lake = [];
    return this.table.answer(command) ?? command.sample;
  };

  private asksForPersons(): boolean {
    const asked = this.commands.findLast(({ args }) => args[1] === 'start-query-execution');
    return asked?.args.join(' ').includes('persons_of_tenant') ?? false;
  }

  offboard() {
    this.commands.length = 0;
    return offboard(this.call, subject, this.options);
  }
  prove() {
    return prove(this.call, subject, { ...this.options, isFinal: false });
  }
  calls(verb: string, table = 'profiles'): number {
    return this.commands.filter(({ args }) => args[1] === verb && args.includes(`prod-eu-${table}`)).length;
  }
  profiles(): readonly string[] {
    return this.table.keys().filter((key) => key.endsWith('|profile'));
  }
}

const countOf = (evidence: Awaited<ReturnType<typeof offboard>>, what: string) =>
  evidence.checks.find((check) => check.what === what)?.count;
const LAST = 'items of profiles that the last pass found';

describe('10,000 persons', () => {
  it('go by three calls each and eight at a time, with a new session for each thousand', async () => {
    const cell = new Cell(personsOf(10_000));
    const evidence = await cell.offboard();
    expect(evidence.isComplete).toBe(true);
    expect(cell.profiles()).toEqual([]);
    expect([cell.calls('query'), cell.calls('delete-item')]).toEqual([20_000, 10_000]);
    expect(cell.mostAtOnce).toBe(8);
    const sessions = cell.commands.filter(({ takes }) => takes === 'operator');
    expect(sessions.length).toBeGreaterThanOrEqual(20);
    expect(JSON.stringify(evidence)).not.toContain('person-');
  });

  it('go although credentials end again and again, and nobody is begun with twice but those of a chunk', async () => {
    const cell = new Cell(personsOf(10_000));
    let [runs, asked] = [0, 0];
    const messages: string[] = [];
    for (let evidence; evidence === undefined; runs += 1) {
      expect(runs).toBeLessThan(12);
      cell.callsLeft = 4_000;
      evidence = await cell.offboard().catch((error: unknown) => void messages.push(String(error)));
      asked += cell.calls('query');
      if (evidence) expect(evidence.isComplete).toBe(true);
    }
    expect(cell.profiles()).toEqual([]);
    expect(runs).toBeGreaterThan(5);
    expect(messages[0]).toMatch(
      /Credentials have expired\nStopped after [1-9]\d* of 10000 persons. Sign in again, and run the same command/,
    );
    // Two passes, and at most a chunk again for each run that was broken off.
    expect(asked).toBeLessThanOrEqual(20_000 + runs * 250);
  });
});

describe('a repeat', () => {
  it('asks for nobody again if a pass of the same run has found nothing', async () => {
    const cell = new Cell(personsOf(600));
    await cell.offboard();
    await cell.offboard();
    expect([cell.calls('query'), cell.calls('delete-item')]).toEqual([0, 0]);
  });

  it('goes on behind the first pass if the erasure of the lake failed', async () => {
    const cell = new Cell(personsOf(600));
    const { call } = cell;
    const failing: Call = (command) => (command.args[1] === 'start-job-run' ? Promise.reject(new Error('no job')) : call(command));
    await expect(offboard(failing, subject, cell.options)).rejects.toThrow('no job');
    expect((await cell.offboard()).isComplete).toBe(true);
    expect([cell.calls('query'), cell.calls('delete-item')]).toEqual([600, 0]);
  });

  it('of days later asks for everybody by one call, although the lake knows nobody any more, and then drops the list', async () => {
    const cell = new Cell(personsOf(600));
    await cell.offboard();
    expect((await cell.prove()).isComplete).toBe(false);
    cell.table.add(profileOf('person-7'));
    cell.now += 6 * 24 * 3_600_000;
    const evidence = await cell.offboard();
    expect(cell.profiles()).toEqual([]);
    expect([countOf(evidence, 'items of profiles deleted'), countOf(evidence, LAST)]).toEqual([1, 0]);
    expect(cell.table.keys().filter((key) => key.startsWith('acme#departure'))).toEqual([]);
    expect((await cell.prove()).isComplete).toBe(true);
  });

  it('of days later by one call each, if nobody came', async () => {
    const cell = new Cell(personsOf(600));
    await cell.offboard();
    cell.now += 6 * 24 * 3_600_000;
    expect((await cell.offboard()).isComplete).toBe(true);
    expect([cell.calls('query'), cell.calls('delete-item')]).toEqual([600, 0]);
  });
});

describe('who comes late', () => {
  it('is listed, since the lake is asked a quarter of an hour after the gravestone', async () => {
    const cell = new Cell(['early']);
    cell.whileWaiting = (seconds) => {
      if (seconds < 900) return;
      cell.lake = ['early', 'late'];
      cell.table.add(profileOf('late'));
    };
    const evidence = await cell.offboard();
    expect(cell.waits[0]).toBe(900);
    expect(cell.profiles()).toEqual([]);
    expect(countOf(evidence, 'items of profiles deleted')).toBe(2);
  });

  it('waits the rest of it in a repeat, and not again', async () => {
    const cell = new Cell(['early']);
    cell.options.wait = () => Promise.reject(new Error('interrupted'));
    await expect(cell.offboard()).rejects.toThrow('interrupted');
    cell.now += 600_000;
    cell.options.wait = (seconds) => (cell.waits.push(seconds), Promise.resolve());
    await cell.offboard();
    expect(cell.waits).toEqual([300]);
  });

  it('rejects to be complete if somebody is written while the lake is erased and is there for the last pass', async () => {
    const cell = new Cell(['early']);
    const { call } = cell;
    const evidence = await offboard(
      (command) => {
        if (command.args[1] === 'start-job-run') cell.table.add(profileOf('early'));
        return call(command);
      },
      subject,
      cell.options,
    );
    expect([countOf(evidence, LAST), evidence.isComplete]).toEqual([1, false]);
  });
});

describe('several at a time', () => {
  it('rejects with the first failure, after those that run have ended and without beginning another', async () => {
    const begun: number[] = [];
    const acting = inParallel([0, 1, 2, 3, 4, 5], 2, async (value) => {
      begun.push(value);
      await Promise.resolve();
      if (value === 1) throw new Error('one');
      return 1;
    });
    await expect(acting).rejects.toThrow('one');
    expect(begun.length).toBeLessThan(5);
  });
});
