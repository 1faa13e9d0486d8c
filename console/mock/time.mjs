// Times relative to the start of the mock: "3 h ago" stays true whenever it runs.
const start = Date.now();
const units = { s: 1e3, m: 60e3, h: 3600e3, d: 86400e3 };

export function ago(text) {
  return at(text, -1);
}
export function ahead(text) {
  return at(text, 1);
}
function at(text, sign) {
  const [, count, unit] = /^(\d+)([smhd])$/.exec(text);
  return new Date(start + sign * Number(count) * units[unit]).toISOString().replace(/\.\d+Z$/, 'Z');
}

// The same every time, so that pictures and tests do not change.
export function random(seed) {
  let state = seed >>> 0 || 1;
  return () => {
    state ^= state << 13;
    state >>>= 0;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    return state / 4294967296;
  };
}
export function hex(next, digits) {
  let text = '';
  while (text.length < digits) text += Math.floor(next() * 16).toString(16);
  return text;
}
export function uuid(next) {
  const h = hex(next, 32);
  return `${h.slice(0, 8)}-${h.slice(8, 12)}-7${h.slice(13, 16)}-a${h.slice(17, 20)}-${h.slice(20, 32)}`;
}
export const grouped = (h) => h.toUpperCase().replace(/(.{4})(?=.)/g, '$1 ');
