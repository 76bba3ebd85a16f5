import type { ClientConfig, Clients, Permission } from './ports.ts';

export type Permissions = Readonly<Record<Permission, boolean>>;

/** Whose backups an action is about, and what may be done to them. */
export interface Access {
  readonly config: ClientConfig;
  readonly can: Permissions;
}

/**
 * How one client may act on another's backups, or undefined if it may not. For a super client its own permissions
 * count; a restore client may do what both may. Neither may make backups for another.
 */
export async function accessTo(
  self: ClientConfig,
  name: string,
  clients: Clients,
): Promise<Access | undefined> {
  const config = await clients.find(name);
  if (!config) return undefined;
  if (config.superClients.includes(self.name)) return { config, can: withoutForce(self.can) };
  if (!config.restoreClients.includes(self.name)) return undefined;
  return { config, can: withoutForce(both(self.can, config.can)) };
}

function both(a: Permissions, b: Permissions): Permissions {
  const permissions = Object.keys(a) as Permission[];
  return Object.fromEntries(permissions.map((one) => [one, a[one] && b[one]])) as Record<Permission, boolean>;
}

function withoutForce(can: Permissions): Permissions {
  return { ...can, forceBackup: false };
}
