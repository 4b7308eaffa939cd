/** Whether a content-security policy keeps everything on the page's own host. */

/**
 * Returns true when the policy in a `Content-Security-Policy` header lets nothing out: what is not
 * named is refused, connections and scripts are the host's own, and text is never run as code.
 *
 * A header may hold several policies, separated by commas; all of them hold, so one is enough.
 */
export function keepsIn(header: string | null): boolean {
  return (header ?? "").split(",").some(policyKeepsIn);
}

function policyKeepsIn(policy: string): boolean {
  const directives = new Map<string, readonly string[]>();
  for (const part of policy.split(";")) {
    const [name, ...sources] = part.trim().split(/\s+/);
    // The first of two directives with one name is the one that counts.
    if (name && !directives.has(name)) directives.set(name, sources);
  }
  const defaults = directives.get("default-src");
  const only = (name: string, allowed: readonly string[]) =>
    (directives.get(name) ?? defaults ?? ["*"]).every((source) => allowed.includes(source));
  return (
    defaults !== undefined &&
    only("default-src", ["'none'", "'self'"]) &&
    only("connect-src", ["'none'", "'self'"]) &&
    only("script-src", ["'none'", "'self'", "'wasm-unsafe-eval'"]) &&
    only("worker-src", ["'none'", "'self'"]) &&
    only("img-src", ["'none'", "'self'", "data:", "blob:"])
  );
}
