/**
 * What stands between a page and a microphone, and what to do about it.
 *
 * All of it is found out without asking for anything: the browser's own prompt
 * comes from `getUserMedia` alone, and that is called on a click.
 */

/** In words, by state: what is the matter, and the way out. */
export const WORDS = {
  asleep: "",
  prompt:
    "Nothing is recorded yet. Press “use microphone”: the browser will ask whether this page may " +
    "listen, and only then it does.",
  granted: "This page may use the microphone, and does not yet. Press “use microphone” to listen.",
  listening: "Listening. The sound stays in this page.",
  recording: "Recording. The sound stays in this page until the recording has ended.",
  denied:
    "The browser refuses this page the microphone. Press the sign to the left of the address, set " +
    "the microphone to “allow”, and press “use microphone” again; where it still refuses, look " +
    "into the privacy settings of your system.",
  "no device":
    "The browser finds no microphone. Plug one in, or switch it on in the settings of your " +
    "system; it appears here by itself.",
  "device busy":
    "The microphone is there, but another program holds it. Close the call or the recorder that " +
    "uses it, and press “use microphone” again.",
  "insecure page":
    "Browsers give a microphone only to secure pages, and this one is not: it was opened as " +
    "http:// from another machine. Open JupyterLab through https, or through a tunnel " +
    "(ssh -L 8888:localhost:8888 …) as http://localhost:8888.",
  "frame without permission":
    "This notebook is shown inside another page, which does not pass the microphone on. Open " +
    "JupyterLab in a tab of its own, or add allow=\"microphone\" to the frame.",
  ended:
    "The microphone went away: it was unplugged, or the permission was taken back. Press “use " +
    "microphone” to go on.",
};

const BY_ERROR = {
  NotFoundError: "no device",
  OverconstrainedError: "no device",
  NotReadableError: "device busy",
  AbortError: "device busy",
  SecurityError: "insecure page",
  TypeError: "insecure page", // some browsers throw it where they have no mediaDevices
};

/** What the page is at before anything was asked. */
export async function standing() {
  if (!window.isSecureContext || navigator.mediaDevices === undefined) return "insecure page";
  if (!isPassedOn()) return "frame without permission";
  const permission = await asked();
  if (permission === "denied") return "denied";
  const devices = await navigator.mediaDevices.enumerateDevices();
  if (!devices.some((device) => device.kind === "audioinput")) return "no device";
  return permission;
}

/** What the page is at after `getUserMedia` threw. */
export async function standingAfter(error) {
  if (error.name in BY_ERROR) return BY_ERROR[error.name];
  if (!isPassedOn()) return "frame without permission";
  // Who closes the prompt without an answer is asked again.
  const permission = await asked();
  return permission === "prompt" ? "prompt" : "denied";
}

/** Call back when the permission or the list of devices changes; returns what ends that. */
export function watchStanding(changed) {
  const ending = new AbortController();
  const { signal } = ending;
  navigator.mediaDevices?.addEventListener("devicechange", changed, { signal });
  navigator.permissions
    ?.query({ name: "microphone" })
    .then((status) => {
      if (!signal.aborted) status.addEventListener("change", changed, { signal });
    })
    .catch(() => {}); // Firefox knows no permission of that name before version 131
  return () => ending.abort();
}

function isPassedOn() {
  const policy = document.permissionsPolicy ?? document.featurePolicy;
  return policy?.allowsFeature("microphone") ?? true;
}

async function asked() {
  try {
    return (await navigator.permissions.query({ name: "microphone" })).state;
  } catch {
    return "prompt";
  }
}
