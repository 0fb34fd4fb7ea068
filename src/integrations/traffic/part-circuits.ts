/**
 * A part of a vendor that is not there while the others answer: a model whose name is misspelt, or was retired. It has a circuit of its
 * own, so that what needs it waits and nothing else does. Where no part answers, it is no matter of the part.
 */
import type { IntegrationError } from '../integration-error.js';
import type { Call } from './call.js';
import { type Circuit, type CircuitWatch, createCircuit, type Outage } from './circuit.js';

export interface PartRules {
  /** The part that a call needs. */
  readonly partOf: (call: Call) => string;
  /** Does this failure say that its part is not there? */
  readonly isGone: (failure: IntegrationError) => boolean;
}

/** How a part's circuit stood when the process before this one ended, and who hears of it. */
export interface PartState {
  readonly watch?: CircuitWatch;
  readonly outage?: Outage | null;
}

export interface PartCircuits {
  /** As `Circuit.peek`, of the part that this call needs. */
  peek(call: Call): ReturnType<Circuit['peek']>;
  /** As `Circuit.admit`, where `peek` stops nothing. */
  admit(call: Call): void;
  answered(call: Call): void;
  /** Is it the part's failure, and not the vendor's? It is counted then. */
  failed(call: Call, failure: IntegrationError): boolean;
}

export function createPartCircuits(
  { partOf, isGone }: PartRules,
  stateOf: (part: string) => PartState,
  now: () => number,
): PartCircuits {
  const circuits = new Map<string, Circuit>();
  const open = new Set<string>();
  /** Parts whose last word was an answer. */
  const answering = new Set<string>();

  function circuitOf(part: string): Circuit {
    const known = circuits.get(part);
    if (known !== undefined) {
      return known;
    }
    const { watch, outage = null } = stateOf(part);
    const made = createCircuit({
      outage,
      now,
      watch: {
        failing: (why) => {
          open.add(part);
          watch?.failing(why);
        },
        closed: () => {
          open.delete(part);
          watch?.closed();
        },
      },
    });
    if (outage !== null) {
      open.add(part);
    }
    circuits.set(part, made);
    return made;
  }

  return {
    peek: (call) => circuitOf(partOf(call)).peek(),
    admit: (call) => void circuitOf(partOf(call)).admit(),
    answered: (call) => {
      answering.add(partOf(call));
      circuitOf(partOf(call)).answered();
    },
    failed: (call, failure) => {
      const part = partOf(call);
      if (!isGone(failure)) {
        return false;
      }
      answering.delete(part);
      const circuit = circuitOf(part);
      if (answering.size === 0 && !open.has(part)) {
        return false;
      }
      circuit.failed(failure, null);
      return true;
    },
  };
}
