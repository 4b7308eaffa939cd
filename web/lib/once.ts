/** Works out something about an object once, and remembers it for as long as the object lives. */
export function once<Of extends object, What>(work: (of: Of) => What): (of: Of) => What {
  const known = new WeakMap<Of, { readonly what: What }>();
  return (of) => {
    let found = known.get(of);
    if (found === undefined) {
      found = { what: work(of) };
      known.set(of, found);
    }
    return found.what;
  };
}
