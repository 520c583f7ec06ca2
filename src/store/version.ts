/** The version of stores that this Proog writes: how many migrations they have behind them. */
export const storeVersion = 1;
