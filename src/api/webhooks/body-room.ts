/** The memory for bodies that are still arriving, shared by the addresses they come from (docs/decisions/0021). */

/** From here on a body that is still arriving makes room for newer ones of its own address, too. Whole ones take less. */
const PATIENCE_MS = 3_000;

/** One body on its way. */
export interface Arriving {
  readonly address: string;
  /** Milliseconds, as `performance.now()`. */
  readonly since: number;
  /** Bytes it holds here. Kept by the room. */
  held: number;
  /** Its memory is needed: it lets go of what it holds and leaves the room. */
  giveUp(): void;
}

export interface BodyRoom {
  enter(body: Arriving): void;
  /**
   * Counts more bytes of a body. False where they do not fit: then this body has to go. Where others hold more than its
   * address does, those go instead: of the address that holds most, the body that has been arriving longest.
   */
  take(body: Arriving, bytes: number): boolean;
  leave(body: Arriving): void;
}

/** @param limit bytes of all bodies together */
export function createBodyRoom(limit: number, now: () => number = () => performance.now()): BodyRoom {
  /** In the order of their arrival. */
  const bodies = new Set<Arriving>();
  let held = 0;

  /** Asked only when memory is short. */
  function nextToGo(body: Arriving): Arriving {
    const heaviest = heaviestAddress(bodies, body.address);
    const oldest = [...bodies].find(({ address, held: some }) => address === heaviest && some > 0) ?? body;
    return heaviest === body.address && now() - oldest.since < PATIENCE_MS ? body : oldest;
  }

  return {
    enter: (body) => bodies.add(body),
    take(body, bytes) {
      body.held += bytes;
      held += bytes;
      for (;;) {
        if (held <= limit) {
          return true;
        }
        const next = nextToGo(body);
        if (next === body) {
          return false;
        }
        next.giveUp();
      }
    },
    leave(body) {
      if (bodies.delete(body)) {
        held -= body.held;
        body.held = 0;
      }
    },
  };
}

/** Of several that hold the same, the one that asks: nobody loses to an equal. */
function heaviestAddress(bodies: Iterable<Arriving>, asking: string): string {
  const sums = new Map<string, number>();
  for (const { address, held } of bodies) {
    sums.set(address, (sums.get(address) ?? 0) + held);
  }
  let heaviest = asking;
  for (const [address, sum] of sums) {
    if (sum > (sums.get(heaviest) ?? 0)) {
      heaviest = address;
    }
  }
  return heaviest;
}
