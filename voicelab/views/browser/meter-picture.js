/**
 * The three pictures of the meter, each drawn into a box of a canvas.
 *
 * Colours tell the sides apart: blue is heard, orange is what the detector
 * thinks of it, green is a turn.
 */

const HEARD = "#0072B2";
const ACTIVE = "#D55E00";
const TURN = "rgba(0, 158, 115, 0.25)";
const FLOOR_DB = -80;
const LOWEST_HZ = 50;
const HIGHEST_HZ = 12000;
const LOUD = 0.99; // of full scale: it clips
const LEVEL = "level, 10 s";
const WAVE = "waveform";
const SPECTRUM = "spectrum, 50 Hz to 12 kHz";

/** Level, activity and turns over the last seconds; now is at the right. */
export function drawHistory({ pen, ink, box, span, levels, activity, turns, threshold }) {
  const [left, top, width, height] = box;
  const x = (place) => left + width * (1 - (span.last - place) / span.samples);
  const bottom = top + height;
  pen.fillStyle = TURN;
  for (const [first, last] of turns) {
    const begin = Math.max(left, x(first));
    pen.fillRect(begin, top, x(last ?? span.last) - begin, height);
  }
  pen.fillStyle = HEARD;
  pen.globalAlpha = 0.45;
  pen.beginPath();
  pen.moveTo(x(levels[0][0]), bottom);
  for (const [place, db] of levels) pen.lineTo(x(place), bottom - height * share(db));
  pen.lineTo(x(levels.at(-1)[0]), bottom);
  pen.fill();
  pen.globalAlpha = 1;
  if (activity.length > 1) {
    line(pen, ACTIVE, activity.map(([place, value]) => [x(place), bottom - height * value]));
  }
  if (threshold !== null) {
    pen.setLineDash([4, 4]);
    const y = bottom - height * threshold;
    line(pen, ACTIVE, [[left, y], [left + width, y]]);
    pen.setLineDash([]);
  }
  frame(pen, ink, box, LEVEL);
}

/** The last moment as a wave; red where it clips. */
export function drawWaveform({ pen, ink, box, wave }) {
  const [left, top, width, height] = box;
  const middle = top + height / 2;
  const isClipping = wave.some((sample) => Math.abs(sample) >= LOUD);
  const step = Math.max(1, Math.floor(wave.length / width));
  const points = [];
  for (let i = 0; i < wave.length; i += step) {
    points.push([left + (width * i) / wave.length, middle - (height / 2) * clamp(wave[i], -1, 1)]);
  }
  line(pen, isClipping ? "#d50000" : HEARD, points);
  frame(pen, ink, box, isClipping ? `${WAVE}: it clips` : WAVE);
}

/** The spectrum, low to high on a scale of octaves. */
export function drawSpectrum({ pen, ink, box, spectrum, rateHz }) {
  const [left, top, width, height] = box;
  const octaves = Math.log2(HIGHEST_HZ / LOWEST_HZ);
  const points = [];
  for (let bin = 1; bin < spectrum.length; bin += 1) {
    const hertz = (bin * rateHz) / 2 / spectrum.length;
    if (hertz < LOWEST_HZ || hertz > HIGHEST_HZ) continue;
    const x = left + (width * Math.log2(hertz / LOWEST_HZ)) / octaves;
    points.push([x, top + height * (1 - share(spectrum[bin] + 20))]);
  }
  line(pen, HEARD, points);
  frame(pen, ink, box, SPECTRUM);
}

function share(db) {
  return clamp(1 - db / FLOOR_DB, 0, 1);
}

function clamp(value, low, high) {
  return Math.min(high, Math.max(low, value));
}

function line(pen, colour, points) {
  pen.strokeStyle = colour;
  pen.lineWidth = 1.5;
  pen.beginPath();
  for (const [x, y] of points) pen.lineTo(x, y);
  pen.stroke();
}

/** The empty frames of all three, for a microphone that is off. */
export function drawFrames({ pen, ink, boxes }) {
  const titles = [LEVEL, WAVE, SPECTRUM];
  boxes.forEach((box, index) => frame(pen, ink, box, titles[index]));
}

/** A frame with its title on a plate, so that what is drawn beneath it does not cross it. */
function frame(pen, ink, [left, top, width, height], title) {
  pen.font = "11px system-ui, sans-serif";
  pen.clearRect(left + 3, top + 3, pen.measureText(title).width + 7, 14);
  pen.globalAlpha = 0.6;
  pen.strokeStyle = ink;
  pen.lineWidth = 1;
  pen.strokeRect(left + 0.5, top + 0.5, width - 1, height - 1);
  pen.fillStyle = ink;
  pen.fillText(title, left + 6, top + 14);
  pen.globalAlpha = 1;
}
