import { type LookupAddress, type LookupOptions, lookup } from "node:dns";
import { BlockList, isIP } from "node:net";
import type { ServerAddress } from "./address.ts";
import { connectionFault, ServerFault } from "./fault.ts";

/** Whether a server's address, as it is looked up now, is another machine's. */
export async function isRemote({ url }: ServerAddress): Promise<boolean> {
  const { hostname, origin } = new URL(url);
  const found = await addressesOf(bare(hostname)).catch((error: unknown) => {
    throw connectionFault(error, { origin, path: "", key: null });
  });
  return !found.every(isLoopback);
}

/**
 * For a connection that carries a key without encryption: the very addresses that it would go to are looked at, so that
 * no second look-up can say something else. Addresses written as numbers are never looked up.
 */
export function lookupOfLoopback(
  hostname: string,
  options: LookupOptions,
  done: (error: Error | null, address: string | LookupAddress[], family?: number) => void,
): void {
  lookup(hostname, { ...options, all: true }, (error, found) => {
    const [first] = found ?? [];
    if (error !== null || first === undefined) done(error, []);
    else if (!found.every(isLoopback)) done(keyRefusal(hostname), []);
    else if (options.all === true) done(null, found);
    else done(null, first.address, first.family);
  });
}

/** @throws ServerFault where an address is written as numbers, another machine's, and would get the key unencrypted */
export function refuseOpenKey(hostname: string): void {
  const address = bare(hostname);
  const family = isIP(address);
  if (family !== 0 && !isLoopback({ address, family })) throw keyRefusal(hostname);
}

function keyRefusal(hostname: string): ServerFault {
  return new ServerFault(
    "address",
    `LONGHAUL_API_KEY is not sent to ${hostname} without encryption, which is another machine. Use https, or unset the key.`,
  );
}

function addressesOf(hostname: string): Promise<LookupAddress[]> {
  return new Promise((resolve, reject) => {
    lookup(hostname, { all: true }, (error, found) => (error === null ? resolve(found) : reject(error)));
  });
}

function isLoopback({ address, family }: LookupAddress): boolean {
  return own.check(address, family === 6 ? "ipv6" : "ipv4");
}

/** URLs hold addresses of IPv6 in brackets. */
function bare(hostname: string): string {
  return hostname.replace(/^\[(.*)\]$/, "$1");
}

/** The loopback addresses, and the one that servers print who listen on all: it leads to this machine. */
const own = new BlockList();
own.addSubnet("127.0.0.0", 8, "ipv4");
own.addAddress("0.0.0.0", "ipv4");
own.addAddress("::1", "ipv6");
own.addAddress("::", "ipv6");
