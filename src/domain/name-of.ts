/** The name behind a vendor's account id, to be told and never sent; the id itself where nothing is known of it. */
export type NameOf = (accountId: string) => string;
