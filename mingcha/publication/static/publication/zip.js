// The bundle: a ZIP that is written in one way only, some of its members compressed by themselves (gzip).
import { inOrder } from "./canonical.js";
import { joined, same, utf8 } from "./bytes.js";
import { Unreadable } from "./said.js";

const MEMBER = /^(statement\.json|entropy\.json|ledger-proof\.json|certificate\.pdf|salt|inspectors\.jsonl|(selection|reserves|teams)\.csv|designs\/[0-9A-Za-z._-]+\.json|(frames|burdens)\/[0-9A-Za-z._-]+\.tsv\.gz)$/;
const LARGEST = 2 ** 30;
const MOST_FILES = 9999;
const MOST_SWELLING = 100;
const [LOCAL, CENTRAL, END] = [0x04034b50, 0x02014b50, 0x06054b50];

const TABLE = Uint32Array.from({ length: 256 }, (_, n) => {
  for (let bit = 0; bit < 8; bit++) n = n & 1 ? 0xedb88320 ^ (n >>> 1) : n >>> 1;
  return n;
});

function crc32(bytes) {
  let sum = 0xffffffff;
  for (const byte of bytes) sum = TABLE[(sum ^ byte) & 0xff] ^ (sum >>> 8);
  return (sum ^ 0xffffffff) >>> 0;
}

const broken = (error) => new Unreadable("档案包无法读取:%(error)s", { error });

function endOf(view) {
  for (let at = view.byteLength - 22; at >= 0 && at >= view.byteLength - 22 - 0xffff; at--) {
    if (view.getUint32(at, true) === END) return at;
  }
  throw broken("ZIP");
}

function member(view, bytes, at) {
  if (view.getUint32(at, true) !== CENTRAL) throw broken("ZIP");
  const [method, sum, packed, size] = [view.getUint16(at + 10, true), view.getUint32(at + 16, true), view.getUint32(at + 20, true), view.getUint32(at + 24, true)];
  const [nameLength, extra, comment, local] = [view.getUint16(at + 28, true), view.getUint16(at + 30, true), view.getUint16(at + 32, true), view.getUint32(at + 42, true)];
  const name = new TextDecoder().decode(bytes.subarray(at + 46, at + 46 + nameLength));
  if (!MEMBER.test(name)) throw new Unreadable("档案包中有不认识的文件:%(name)s", { name });
  if (method !== 0 || packed !== size) throw new Unreadable("档案包被重新压缩过,请使用下载的原文件");
  if (view.getUint32(local, true) !== LOCAL) throw broken(name);
  const start = local + 30 + view.getUint16(local + 26, true) + view.getUint16(local + 28, true);
  const content = bytes.subarray(start, start + size);
  if (content.length !== size || crc32(content) !== sum) throw broken(name);
  return { name, content, next: at + 46 + nameLength + extra + comment };
}

// Gives the members by name.
export function readBundle(bytes) {
  if (bytes.length > LARGEST) throw new Unreadable("档案包过大");
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const files = new Map();
  try {
    const end = endOf(view);
    let at = view.getUint32(end + 16, true);
    if (view.getUint16(end + 10, true) > MOST_FILES) throw new Unreadable("档案包过大");
    for (let left = view.getUint16(end + 10, true); left > 0; left--) {
      const { name, content, next } = member(view, bytes, at);
      if (files.has(name)) throw new Unreadable("档案包中有同名文件");
      files.set(name, content);
      at = next;
    }
  } catch (error) {
    throw error instanceof RangeError ? broken("ZIP") : error;
  }
  if (!same(writeBundle(files), bytes)) throw new Unreadable("档案包不是按规程打包的,请使用下载的原文件");
  return files;
}

function record(size, fields) {
  const view = new DataView(new ArrayBuffer(size));
  for (const [at, width, value] of fields) view[`setUint${8 * width}`](at, value, true);
  return new Uint8Array(view.buffer);
}

// The ZIP of these files: stored, sorted, dated 1980-01-01, version 2.0, made by Unix, mode 0100644.
export function writeBundle(files) {
  const [members, directory] = [[], []];
  let at = 0;
  for (const [name, content] of [...files].sort(([one], [other]) => inOrder(one, other))) {
    const [label, sum] = [utf8(name), crc32(content)];
    const shared = (from) => [[from, 2, 20], [from + 8, 2, 0x21], [from + 10, 4, sum], [from + 14, 4, content.length], [from + 18, 4, content.length], [from + 22, 2, label.length]];
    members.push(record(30, [[0, 4, LOCAL], ...shared(4)]), label, content);
    directory.push(record(46, [[0, 4, CENTRAL], [4, 2, 0x0314], ...shared(6), [38, 4, 0o100644 * 0x10000], [42, 4, at]]), label);
    at += 30 + label.length + content.length;
  }
  const length = directory.reduce((sum, part) => sum + part.length, 0);
  const end = record(22, [[0, 4, END], [8, 2, files.size], [10, 2, files.size], [12, 4, length], [16, 4, at]]);
  return joined(...members, ...directory, end);
}

// Undoes gzip, as far as an honest member can go.
export async function unzipped(bytes) {
  if (typeof DecompressionStream === "undefined") throw new Unreadable("浏览器版本过旧,不能解压抽样框,请换用新版浏览器");
  const reader = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip")).getReader();
  const parts = [];
  let size = 0;
  try {
    for (let step = await reader.read(); !step.done; step = await reader.read()) {
      parts.push(step.value);
      size += step.value.length;
      if (size > Math.min(LARGEST, MOST_SWELLING * bytes.length)) throw new Unreadable("档案包过大");
    }
  } catch (error) {
    throw error instanceof Unreadable ? error : new Unreadable("压缩文件已损坏:%(error)s", { error: "gzip" });
  }
  return new Uint8Array(await new Blob(parts).arrayBuffer());
}
