/** What something costs. */
export interface Price {
  readonly amount: number;
  /** As ISO 4217 has it: `EUR`. */
  readonly currency: string;
  readonly per: "hour" | "month";
}

/** Of so many; three times a tenth is three tenths. */
export function multiplyPrice(price: Price, count: number): Price {
  return { ...price, amount: Number((price.amount * count).toPrecision(12)) };
}

/** `0.3 EUR an hour` */
export function writePrice({ amount, currency, per }: Price): string {
  return `${amount} ${currency} ${per === "hour" ? "an hour" : "a month"}`;
}
