import { expect, test } from "vitest";
import { multiplyPrice, writePrice } from "./price.ts";

test("prices are those of all together, without what computers add", () => {
  expect(writePrice(multiplyPrice({ amount: 0.1, currency: "EUR", per: "hour" }, 3))).toBe("0.3 EUR an hour");
  expect(writePrice(multiplyPrice({ amount: 4.15, currency: "USD", per: "month" }, 20))).toBe(
    "83 USD a month",
  );
});
