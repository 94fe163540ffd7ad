// The verifier's page. Files are read and everything is computed here; nothing is sent.
import { digest, utf8 } from "./bytes.js";
import { speak, say, Unreadable, Wrong } from "./said.js";
import { isOwnLeaf, verify } from "./verify.js";
import { readBundle } from "./zip.js";

const MEANING = {
  statement: "抽取前公布的文件齐全,见证人来自不同单位。",
  ledger: "留痕是一本只能续写、不能涂改的账,这里核对了账上的签名和每一条记录。",
  commitment: "规则和名册先定下、先登记,然后才有随机数。",
  release: "您手里的文件与发布时登记的逐字相同。",
  entropy: "见证人事先封好的随机数,打开后与封好的一致。",
  auditors: "两个以上单位的审计人员各自重算,并对同一结果签字。",
  salt: "主办单位事先封好的随机数,打开后与封好的一致。",
  frames: "参加抽取的全部对象和抽取规则,与抽取前登记的一致。",
  inspectors: "参加选派的检查人员,与抽取前登记的一致。",
  selection: "每个对象的抽签号都重算了,被抽中的正是号码最小的那些。",
  reserves: "候补的次序也重算了。",
  teams: "检查人员按种子重新选派,得到的正是同一个组。",
  even: "每个席位都由合格、不需回避的人担任,工作量已尽量平均。",
  result: "抽取时当场登记的结果,与现在重算的一致。",
};
const FACTS = { ceremony: "场次", units: "抽查基数", drawn: "抽取户数", seed: "种子", result_digest: "结果摘要", root: "结果树根" };
const find = (id) => document.getElementById(id);
const make = (tag, words, className = "") => Object.assign(document.createElement(tag), { textContent: words, className });
const valueOf = (id) => find(id).value.trim();

function verdict(words, tone) {
  find("verdict").textContent = words;
  find("verdict").className = `alert alert-${tone}`;
}

function checkLine({ name, title, refusal }) {
  const line = make("li", "", refusal ? "check check-bad" : "check check-good");
  const head = make("p", "", "check-title");
  head.append(make("span", refusal ? "✗" : "✓", "check-mark"), ` ${say(title)} `, make("span", say(refusal ? "不成立" : "通过"), "visually-hidden"));
  line.append(head, make("p", refusal ? String(refusal) : say(MEANING[name]), "check-words"));
  return line;
}

// What this page leaves to the other verifiers.
function leftLine(by) {
  const line = make("li", "", "check check-left");
  const head = make("p", "", "check-title");
  head.append(make("span", "–", "check-mark"), ` ${say("信标 %(by)s 的签名", { by })} `, make("span", say("未证明"), "visually-hidden"));
  line.append(head, make("p", say("这里没有证明:签名的算法超出浏览器页面所能,请用命令行核验。"), "check-words"));
  return line;
}

function fill(id, lines) {
  find(id).replaceChildren(...lines);
  find(`${id}-part`).hidden = !lines.length;
}

function show(report) {
  if (!report.ok) verdict(say("核验未通过:下面带 ✗ 的检查不成立。请保存此文件,并向主办单位或监督单位反映。"), "danger");
  else if (report.unproven.length) verdict(say("其余已证明;信标 %(names)s 的签名没有在本页证明,请再用命令行核验。", { names: report.unproven.join("、") }), "warning");
  else if (report.whole) verdict(say("已证明:用公开的材料重新抽取,得到的名单一字不差。"), "success");
  else verdict(say("公开部分已证明;名单按规定密封,由审计人员核验并会签。"), "success");
  fill("checks", [...report.checks.map(checkLine), ...report.unproven.map(leftLine)]);
  const facts = { ceremony: report.ceremony, ...report.facts };
  const told = Object.keys(FACTS).filter((key) => facts[key] !== undefined && facts[key] !== "");
  fill("facts", told.flatMap((key) => [make("dt", say(FACTS[key])), make("dd", String(facts[key]), "mono")]));
  fill("notes", report.notes.map(([sentence, details]) => make("li", say(sentence, details))));
  fill("rests", report.restsOn.map(([sentence, details]) => make("li", say(sentence, details))));
}

// A firm checks its own ticket against the ceremony that was proven here.
function offer({ ok, suite, facts }) {
  if (!ok || !facts.root) return;
  find("root").value = facts.root;
  find("leaf-suite").value = suite;
}

function clear() {
  ["checks", "facts", "notes", "rests"].forEach((id) => fill(id, []));
  find("report").hidden = false;
}

const trusted = () => ({ given: valueOf("trusted"), ofSite: find("verifier").dataset.key });
const progress = (step) => verdict(say(typeof step === "number" ? "已计算 %(count)s 户" : "正在核验:%(step)s", { count: step, step: say(String(step)) }), "info");

async function examine(reading) {
  clear();
  try {
    const report = await verify(readBundle(new Uint8Array(await reading())), { trusted: trusted(), progress });
    show(report);
    offer(report);
  } catch (error) {
    if (!(error instanceof Wrong)) throw error;
    verdict(say("这个文件无法核验:%(reason)s", { reason: String(error) }), "danger");
  }
  find("verdict").scrollIntoView({ block: "center" });
}

async function released(address) {
  const answer = await fetch(address);
  if (!answer.ok) throw new Unreadable("没有取到档案包,请下载后再选择文件");
  return answer.arrayBuffer();
}

function ownLeaf() {
  let shown;
  try {
    shown = JSON.parse(find("leaf").value);
    const right = isOwnLeaf(shown, valueOf("root"), valueOf("leaf-suite"));
    if (!right) return say("不成立:这份凭据与公布的结果树根对不上。");
  } catch (error) {
    return say("凭据或树根的写法不对:%(reason)s", { reason: error instanceof Wrong ? String(error) : "JSON" });
  }
  const { drawn, task, ticket, unit_id: unit } = shown.leaf;
  return say(drawn ? "属实:%(unit)s 在任务 %(task)s 中被抽中,抽签号 %(ticket)s。" : "属实:%(unit)s 在任务 %(task)s 中没有被抽中,抽签号 %(ticket)s。", { unit, task, ticket });
}

const onSubmit = (id, act) => find(id).addEventListener("submit", (event) => { event.preventDefault(); act(); });

speak(JSON.parse(find("verifier-texts").textContent));
document.querySelectorAll(".needs-script").forEach((part) => { part.hidden = false; });
document.querySelectorAll(".without-script").forEach((part) => { part.hidden = true; });
find("bundle").addEventListener("change", ({ target }) => { if (target.files.length) examine(() => target.files[0].arrayBuffer()); });
find("verify-released")?.addEventListener("click", ({ currentTarget }) => examine(() => released(currentTarget.dataset.address)));
find("leaf-file").addEventListener("change", async ({ target }) => { if (target.files.length) find("leaf").value = await target.files[0].text(); });
onSubmit("leaf-form", () => { find("leaf-verdict").value = ownLeaf(); });
onSubmit("ticket-form", () => { find("ticket").value = digest(valueOf("ticket-suite"), utf8(`${valueOf("seed")}:${valueOf("unit")}`)); });
