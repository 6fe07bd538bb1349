/** One bill in the making: what prices a resource adds lines here, and reads of the cell what it needs. */
import { priceOf } from '../price-sheet';
import type { Figures } from './assumptions';
import type { CellInputs, Resource, Stack } from './inputs';
import type { Traffic } from './traffic';

/** `fixed` is billed without an event; `perEvent` grows with them, if not always in proportion. */
export type Basis = 'fixed' | 'perEvent';

export interface MeteredLine {
  readonly stack: string;
  readonly region: string;
  readonly component: string;
  readonly logicalId: string;
  readonly item: string;
  readonly quantity: number;
  readonly unit: string;
  /** The mean, where prices fall with the quantity. */
  readonly unitPriceUsd: number;
  readonly usd: number;
  readonly basis: Basis;
  /** The price is another Region's, or not on the sheet at all. */
  readonly estimated: boolean;
}

type Item = readonly [service: string, item: string];
/** Each tier's own price for what falls into it; sizes in the unit of the price. */
export type Tiers = readonly (readonly [size: number, ...Item])[];

export interface Added {
  readonly item: string;
  readonly price: Item | { readonly tiers: Tiers };
  /** In the unit of the price. */
  readonly quantity: number;
  readonly basis: Basis;
  /** Price of the item to that of the row, where the sheet has none of its own. */
  readonly ratio?: number;
}

export class Meter {
  readonly lines: MeteredLine[] = [];
  private readonly found = new Map<string, readonly { readonly stack: Stack; readonly resource: Resource }[]>();

  constructor(
    readonly inputs: CellInputs,
    readonly traffic: Traffic,
    readonly figures: Figures,
  ) {}

  /** Whether events come in, in this Region. */
  isServing({ region }: Pick<Stack, 'region'>): boolean {
    return region === this.inputs.servingRegion;
  }

  ofType(region: string, type: string): readonly { readonly stack: Stack; readonly resource: Resource }[] {
    const key = `${region} ${type}`;
    const known = this.found.get(key);
    if (known) return known;
    const found = this.inputs.stacks
      .filter((stack) => stack.region === region)
      .flatMap((stack) => stack.resources.filter((resource) => resource.type === type).map((resource) => ({ stack, resource })));
    this.found.set(key, found);
    return found;
  }

  add(stack: Stack, { logicalId }: Pick<Resource, 'logicalId'>, { item, price, quantity, basis, ratio = 1 }: Added): void {
    if (!(quantity >= 0) || !Number.isFinite(quantity))
      throw new RangeError(`${item}: received ${quantity}; allowed: a quantity of 0 or more`);
    if (quantity === 0) return;
    const tiers: Tiers = 'tiers' in price ? price.tiers : [[Infinity, ...price]];
    let left = quantity;
    let usd = 0;
    let estimated = ratio !== 1;
    let unit = '';
    for (const [size, ...row] of tiers) {
      const inTier = Math.min(left, size);
      if (inTier <= 0) break;
      const { usd: each, unit: of, estimated: guessed } = priceOf(...row, stack.region);
      usd += inTier * each * ratio;
      left -= inTier;
      estimated ||= guessed;
      unit ||= of.replace(/^USD per /, '');
    }
    this.lines.push({
      stack: stack.path,
      region: stack.region,
      component: componentOf(stack),
      logicalId,
      item,
      quantity,
      unit,
      unitPriceUsd: usd / quantity,
      usd,
      basis,
      estimated,
    });
  }
}

/** As the stack's tags say, by which the bill is split later [BUD-3]; without tags, its name without Recovery. */
export function componentOf(stack: Stack): string {
  const known = components.get(stack.resources);
  if (known !== undefined) return known;
  const component = taggedComponent(stack);
  components.set(stack.resources, component);
  return component;
}

const components = new WeakMap<Stack['resources'], string>();

function taggedComponent({ path, resources }: Stack): string {
  for (const { properties } of resources) {
    const tags: unknown = properties['Tags'];
    const value = Array.isArray(tags)
      ? (tags as { Key?: string; Value?: string }[]).find(({ Key }) => Key === 'component')?.Value
      : (tags as Record<string, string> | undefined)?.['component'];
    if (typeof value === 'string') return value;
  }
  return (path.split('/').pop() ?? path).replace(/^Recovery/, '').toLowerCase();
}

/** Whether a property of a template refers to a resource, of its own stack or of another's outputs. */
export const refersTo = (value: unknown, { logicalId }: Pick<Resource, 'logicalId'>): boolean => written(value).includes(logicalId);

const texts = new WeakMap<object, string>();

/** As JSON; once for each property, since the same templates are billed many times. */
export function written(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value ?? null);
  const known = texts.get(value) ?? JSON.stringify(value);
  texts.set(value, known);
  return known;
}

export const text = (value: unknown): string => (typeof value === 'string' ? value : '');
export const record = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
export const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/** Adds the lines of one resource to the bill. */
export type Pricer = (meter: Meter, stack: Stack, resource: Resource) => void;
