/** The error codes of Maelstrom's protocol (its documentation, "Errors"). */
export const errorCodes = {
  timeout: 0,
  nodeNotFound: 1,
  notSupported: 10,
  temporarilyUnavailable: 11,
  malformedRequest: 12,
  crash: 13,
  abort: 14,
  keyDoesNotExist: 20,
  keyAlreadyExists: 21,
  preconditionFailed: 22,
  transactionConflict: 30,
} as const;

const definiteCodes: ReadonlySet<number> = new Set([1, 10, 11, 12, 14, 20, 21, 22, 30]);

/**
 * Whether an error with this code promises that the operation did not happen and never will. All
 * others promise nothing.
 */
export function isDefiniteCode(code: number): boolean {
  return definiteCodes.has(code);
}

/**
 * An error as nodes tell each other. Thrown by a handler, it becomes the reply; received as a
 * reply, `rpc` rejects with it.
 */
export class RpcError extends Error {
  override readonly name: string = 'RpcError';
  /** See `errorCodes`. */
  readonly code: number;

  constructor(code: number, text: string) {
    super(text);
    this.code = code;
  }

  /** Whether the operation surely did not happen, and never will. */
  get isDefinite(): boolean {
    return isDefiniteCode(this.code);
  }
}

export function malformed(text: string): RpcError {
  return new RpcError(errorCodes.malformedRequest, text);
}
