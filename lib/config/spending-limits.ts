/** What all environments may cost in a month, in USD: the target, and the cap that is never crossed. */
export const BUD_1_USD = 50_000;
export const BUD_2_USD = 75_000;
