import { proportion } from "./proportion.ts";

/** Below this share of readable answers a model is at the floor of form. */
export const readableFloor = 0.2;

/** Whether hardly any answer can be read: the upper 95 % bound of their share lies below {@link readableFloor}. */
export function isUnreadable({ n, readable }: { readonly n: number; readonly readable: number }): boolean {
  const { high } = proportion(readable, n);
  return high !== null && high < readableFloor;
}
