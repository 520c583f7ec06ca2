import type { Facts } from "../resources/facts.ts";

/** What a node has published. */
export interface Published {
  /** The node's name. */
  readonly node: string;
  /** What it published, as JSON gives it back. */
  readonly value: unknown;
  /** When it was last brought to what is declared, with this value. */
  readonly at: Date;
}

/** What a node was when it was asked last. */
export interface LastFacts {
  /** As `proog facts` tells them. */
  readonly facts: Facts;
  /** When it was asked. */
  readonly at: Date;
}

/** What nodes tell each other through the store. */
export interface Exchange {
  /** Notes what a node's roles publish; others see it when the node has been applied. */
  publish(node: string, name: string, value: unknown): void;
  published(name: string): Promise<readonly Published[]>;
  lastFacts(node: string): Promise<LastFacts | undefined>;
}

/** Where nobody applies anything, nobody needs what others say. */
export const noExchange: Exchange = {
  publish: () => {},
  published: async () => [],
  lastFacts: async () => undefined,
};
