/** How long a node keeps what runs have replaced; the last 10 runs that changed something stay in any case. */
export interface Retention {
  readonly days: number;
  /** Of all backups together, in KiB. */
  readonly kib: number;
}

/** 90 days and 1 GiB. */
export const defaultRetention: Retention = { days: 90, kib: 1024 * 1024 };

/** For forget.sh. */
export function writeRetention({ days, kib }: Retention): string {
  return `backup_days=${days} backup_kib=${kib}\n`;
}
