/** The layer under the pointer: chart and table show each other's, without being drawn anew. */

export type Where = "chart" | "table";

export class Pointing {
  #now: number | null = null;
  #where: Where = "chart";
  readonly #heard = new Set<(index: number | null, where: Where) => void>();

  point(index: number | null, where: Where): void {
    if (index === this.#now && where === this.#where) return;
    this.#now = index;
    this.#where = where;
    for (const heard of this.#heard) heard(index, where);
  }

  /** Calls back at each change, until what it returns is called. */
  listen(heard: (index: number | null, where: Where) => void): () => void {
    this.#heard.add(heard);
    return () => this.#heard.delete(heard);
  }
}
