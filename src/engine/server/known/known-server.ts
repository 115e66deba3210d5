import type { Settings } from "./fields.ts";

/** A model as a server lists it. Null: not told. */
export interface Offered {
  readonly id: string;
  readonly digest: string | null;
  /** In the server's words, such as "8.0B". */
  readonly parameters: string | null;
  readonly quantization: string | null;
  /** Tokens that it is loaded with; of one that is not loaded, those that it could have. */
  readonly contextLength: number | null;
  readonly isLoaded: boolean | null;
}

/** What a server tells of one of its models. Null: not told. */
export interface ModelFacts {
  readonly version: string | null;
  readonly digest: string | null;
  /** SHA-256 of the model's file. */
  readonly fileSha256: string | null;
  /** Tokens that a conversation may have. */
  readonly contextLength: number | null;
  /** Conversations that it evaluates at a time. */
  readonly slots: number | null;
  /** What it samples with where nothing else is asked for. */
  readonly told: Settings | null;
  /** The model's file, by the name that the server has for it. */
  readonly fileNamed: string | null;
  /** Bytes of its weights, to know the file by. */
  readonly weightBytes: number | null;
  readonly templateText: string | null;
  /** It asks another machine for this model. */
  readonly isElsewhere: boolean;
}

/** A server whose kind is known by what it answered. */
export interface KnownServer {
  readonly kind: string;
  readonly offered: readonly Offered[];
  /** It has one model, which answers to whatever name, or does not tell which it has. */
  readonly takesAnyName: boolean;
  about(model: Offered): Promise<ModelFacts>;
}

/** Asks what may not be there. Null: it failed, in whatever way. */
export interface Probe {
  get(path: string): Promise<unknown>;
  /** Waits as long as a request may, since the model may have to be loaded for it. */
  getLoaded(path: string): Promise<unknown>;
  post(path: string, body: unknown): Promise<unknown>;
}

/**
 * Looks whether a server is of a kind. Servers that do not know a path answer with 404, with a page, or, LM Studio, with
 * an error under a status of success: only what has the form of the kind's own answer counts.
 *
 * @param listed what stands in its list of models of the chat completions protocol, null where it has none
 */
export type Recognize = (probe: Probe, listed: readonly Listed[] | null) => Promise<KnownServer | null>;

/** An entry of that list: the fields that one kind or another adds. */
export interface Listed {
  readonly id: string;
  readonly owned_by: string | null;
  readonly max_model_len: number | null;
  readonly meta: { readonly n_params: number | null; readonly size: number | null } | null;
  readonly status: { readonly value: string | null } | null;
}

export const untoldModel: ModelFacts = {
  version: null,
  digest: null,
  fileSha256: null,
  contextLength: null,
  slots: null,
  told: null,
  fileNamed: null,
  weightBytes: null,
  templateText: null,
  isElsewhere: false,
};

export const untoldOffer: Omit<Offered, "id"> = {
  digest: null,
  parameters: null,
  quantization: null,
  contextLength: null,
  isLoaded: null,
};
