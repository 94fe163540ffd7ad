// Signed notes and checkpoints of the ledger (C2SP signed-note, tlog-checkpoint). Source: spec/ledger.md.
import { hash, hex, joined, unbase64, utf8 } from "./bytes.js";
import { holdsSpace } from "./canonical.js";
import { isSigned } from "./ed25519.js";
import { Wrong } from "./said.js";

const isName = (name) => Boolean(name) && !name.includes("+") && !holdsSpace(name);
const MOST_SIGNATURES = 99;

// Reads `name+id+base64(algorithm ‖ key)`.
export function readKey(vkey) {
  const [name, id, ...rest] = String(vkey).split("+");
  const content = unbase64(rest.join("+"));
  if (content.length !== 33 || content[0] !== 1 || !isName(name)) throw new Wrong("日志公钥的形式不对");
  if (hex(hash("SHA-256", joined(utf8(`${name}\n`), content)).subarray(0, 4)) !== id) throw new Wrong("日志公钥的标识不对");
  return { name, id, key: content.subarray(1), vkey };
}

export function readNote(note) {
  const end = note.lastIndexOf("\n\n");
  if (end < 0 || !note.endsWith("\n") || [...note].some((sign) => sign < " " && sign !== "\n")) throw new Wrong("不是有效的签名文书");
  const lines = note.slice(end + 2, -1).split("\n");
  if (lines.length > MOST_SIGNATURES) throw new Wrong("签名不能超过 %(most)s 个", { most: MOST_SIGNATURES });
  const signatures = lines.map((line) => {
    const [dash, name, encoded, ...more] = line.split(" ");
    const content = unbase64(encoded || "");
    if (dash !== "—" || more.length || !isName(name) || content.length < 5) throw new Wrong("签名行的形式不对:%(line)s", { line });
    return { name, id: hex(content.subarray(0, 4)), content: content.subarray(4) };
  });
  return { text: note.slice(0, end + 1), signatures };
}

// The checkpoint in a note that the key has signed.
export function signedCheckpoint(note, signer) {
  const read = readNote(note);
  const own = read.signatures.filter((each) => each.name === signer.name && each.id === signer.id);
  if (!own.length || !own.every((each) => isSigned(signer.key, utf8(read.text), each.content))) {
    throw new Wrong("检查点没有 %(name)s 的有效签名", { name: signer.name });
  }
  const [origin, size, root] = read.text.split("\n");
  const bytes = unbase64(root || "");
  if (!origin || !/^(0|[1-9]\d{0,14})$/.test(size || "") || bytes.length !== 32) throw new Wrong("不是有效的检查点");
  return { origin, size: Number(size), root: bytes, signatures: read.signatures };
}
