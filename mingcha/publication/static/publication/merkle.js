// Merkle trees (RFC 6962, RFC 9162).
import { hash, joined, same } from "./bytes.js";

const LEAF = Uint8Array.of(0);
const NODE = Uint8Array.of(1);
export const leafHash = (suite, data) => hash(suite, joined(LEAF, data));
const nodeHash = (suite, left, right) => hash(suite, joined(NODE, left, right));

// The root over leaf hashes; an odd last node moves up as it is.
export function rootOf(suite, leaves) {
  if (!leaves.length) return hash(suite, new Uint8Array());
  let level = leaves;
  while (level.length > 1) {
    const above = [];
    for (let i = 0; i + 1 < level.length; i += 2) above.push(nodeHash(suite, level[i], level[i + 1]));
    if (level.length % 2) above.push(level[level.length - 1]);
    level = above;
  }
  return level[0];
}

// Whether the proof shows the leaf hash at `index` of the tree of this size and root (RFC 9162, 2.1.3.2).
export function isIncluded(suite, leaf, { index, size, proof, root }) {
  if (!Number.isSafeInteger(index) || !Number.isSafeInteger(size) || index < 0 || index >= size) return false;
  let [node, last, result] = [BigInt(index), BigInt(size - 1), leaf];
  for (const sibling of proof) {
    if (last === 0n) return false;
    if (node & 1n || node === last) {
      result = nodeHash(suite, sibling, result);
      while (!(node & 1n) && node) { node >>= 1n; last >>= 1n; }
    } else {
      result = nodeHash(suite, result, sibling);
    }
    node >>= 1n;
    last >>= 1n;
  }
  return last === 0n && same(result, root);
}
