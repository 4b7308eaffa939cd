import type { Remark } from "../lib/answer.ts";
import { type CostUnit, unitOf } from "../lib/cost.ts";
import type { PlatformFacts } from "../lib/platform_facts.ts";
import { isMapped, type PlatformSummary } from "../lib/result.ts";
import type { Shown } from "../lib/shown.ts";
import { AboutAccelerator } from "./about_accelerator.tsx";
import { AboutDevice } from "./about_device.tsx";
import { AboutProfile } from "./about_profile.tsx";

export interface About {
  readonly platform: PlatformSummary;
  readonly facts: PlatformFacts;
  /** Of a result on it, those that are the platform's are told. */
  readonly notes: readonly Remark[];
  /** Bytes of memory levels where they are not its own. */
  readonly sizes: Readonly<Record<string, number>>;
  readonly unit: CostUnit;
  /** Whether all of it is on show at first. */
  readonly open: boolean;
}

/** The platform in a line; opened, what its file says of it and where that is from. */
export function AboutPlatform(about: About) {
  const { platform } = about;
  if (isMapped(platform)) return <AboutAccelerator {...about} />;
  if (platform.kind === "measured") return <AboutProfile {...about} />;
  return <AboutDevice {...about} />;
}

/** What there is to say of the platform of a breakdown. */
export function aboutShown({ result, facts }: Shown): About {
  const { platform, notes, options } = result;
  const sizes = options.capacities ?? {};
  return { platform, facts, notes, sizes, unit: unitOf(result), open: false };
}
