/** A page of a list: at most `limit` entries, after those that `cursor` stands for. */
export type PageRequest = { limit: number; cursor?: string };
