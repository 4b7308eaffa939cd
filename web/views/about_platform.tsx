import { isMapped } from "../lib/result.ts";
import type { Shown } from "../lib/shown.ts";
import { AboutAccelerator } from "./about_accelerator.tsx";
import { AboutDevice } from "./about_device.tsx";
import { AboutProfile } from "./about_profile.tsx";

/** The platform in a line; opened, what its file says of it and where that is from. */
export function AboutPlatform({ shown }: { shown: Shown }) {
  const { platform } = shown.result;
  if (isMapped(platform)) return <AboutAccelerator shown={shown} />;
  if (platform.kind === "measured") return <AboutProfile shown={shown} />;
  return <AboutDevice shown={shown} />;
}
