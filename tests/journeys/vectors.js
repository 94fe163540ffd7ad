// The vectors of the specification, computed by the public page's own modules: gives [expected, found] for each.
async ([name, vectors]) => {
  const modules = ["bytes", "canonical", "draw", "design", "rational", "merkle", "note", "teams", "verify", "randomness"];
  const [bytes, canonical, draw, design, rational, merkle, note, teams, verify, randomness] = await Promise.all(
    modules.map((module) => import(`/static/publication/${module}.js`)),
  );
  const { unhex, hex, utf8, digest, hash, hmac, joined } = bytes;
  const seatOf = ([organ, qualification, rule]) => ({ organ, qualification, rule });

  const checks = {
    canonical: (v) => [v.bytes, hex(canonical.jcs(v.value))],
    read: (v) => [v.bytes, hex(canonical.jcs(canonical.readJson(unhex(v.bytes))))],
    not_canonical: (v) => {
      try { canonical.readJson(unhex(v.bytes)); } catch (wrong) { return ["refused", wrong.sentence ? "refused" : String(wrong)]; }
      return ["refused", v.what];
    },
    moments: (v) => [true, randomness.momentOf(v) !== null],
    not_moments: (v) => [null, randomness.momentOf(v)],
    tickets: (v) => [v.ticket, digest(v.suite, utf8(`${v.seed}:${v.unit_id}`))],
    seeds: (v) => [v.seed, verify.seedOf({
      suite: v.suite, salt: unhex(v.salt), statementDigest: unhex(v.statement_digest), entropies: v.entropies.map(unhex),
    })],
    salts: (v) => [v.commitment, digest(v.suite, unhex(v.salt))],
    witnesses: (v) => [v.commitment, digest(v.suite, joined(unhex(v.nonce), unhex(v.value)))],
    blinded: (v) => [v.blinded, hex(hmac(v.suite, unhex(v.salt), joined(utf8("sealed:"), unhex(v.digest))))],
    sizes: (v) => {
      const plan = design.readDesign(v.design);
      const counts = new Map(Object.entries(v.counts));
      const sizes = draw.sizesOf(plan, counts, v.seed, "SHA-256");
      const both = ([h, n]) => [h, [n, draw.reserveSize(plan.reserves, h, counts.get(h), n)]];
      return [v.sizes, Object.fromEntries([...sizes].map(both))];
    },
    starts: (v) => {
      const u = draw.startOf(v.seed, v.task, "SHA-256");
      return [v.numerator, ((u.over * 2n ** 256n) / u.under).toString(16).padStart(64, "0")];
    },
    burden: (v) => {
      const visited = new Map(Object.entries(v.visited).map(([b, n]) => [Number(b), n]));
      const shares = draw.burdenShares(visited, v.n, rational.Ratio.decimal(v.delta), v.cap);
      return [v.shares, Object.fromEntries([...shares].map(([b, p]) => [b, String(p)]))];
    },
    batches: (v) => {
      const rows = v.selected.map(({ unit_id: unit, ticket }) => ({ unit, ticket }));
      return [v.windows, Object.fromEntries([...teams.windowsOf(design.readDesign(v.design), rows)].sort())];
    },
    inclusion: (v, all) => {
      const place = { index: v.index, size: v.size, proof: v.proof.map(unhex), root: unhex(all.roots[v.size]) };
      return [true, merkle.isIncluded("SHA-256", unhex(all.leaf_hashes[v.index]), place)];
    },
    roots: (v, all, size) => [v, hex(merkle.rootOf("SHA-256", all.leaf_hashes.slice(0, size).map(unhex)))],
    checkpoint: (v) => {
      try { return [v.size, note.signedCheckpoint(v.note, note.readKey(v.vkey)).size]; } catch (wrong) { return [v.size, wrong.sentence]; }
    },
    cases: (v) => {
      const visit = (each) => [each.visit_id, { unit: each.unit_id, region: each.region, seats: each.seats.map(seatOf) }];
      const people = new Map(v.inspectors.map((who) => [who.inspector_id, who]));
      try { teams.checkTeams(utf8(v["teams.csv"]), new Map(v.visits.map(visit)), people); } catch (wrong) { return ["", String(wrong)]; }
      return ["", ""];
    },
    merging: (v) => {
      const seat = ([organ, count, qualification]) => ({ organ, count, qualification: qualification || "" });
      const claims = v.claims.map((claim) => ({
        task: claim.task, unit: claim.unit_id, region: claim.region, window: claim.window,
        teams: { rule: claim.region_rule, seats: claim.seats.map(seat) },
      }));
      const found = [...teams.visitsOf(claims)].map(([id, { region, seats }]) => [id, region, seats.map((s) => [s.organ, s.qualification, s.rule])]);
      return [v.visits.map((each) => [each.visit_id, each.region, each.seats]).sort(), found.sort()];
    },
    ceremonies: async (v) => {
      const { suite } = v.statement;
      const seed = verify.seedOf({
        suite, salt: unhex(v.salt), statementDigest: hash(suite, canonical.jcs(v.statement)), entropies: v.entropy.map((each) => unhex(each.value)),
      });
      const selections = [];
      for (const [place, each] of v.designs.entries()) {
        const burden = v.burdens[place] && draw.readBurden(utf8(v.burdens[place]));
        selections.push(await draw.draw({ design: design.readDesign(each), frame: draw.readFrame(utf8(v.frames[place])), burden, seed, suite }));
      }
      const lists = ["selected", "reserves"].map((kind) => draw.listed(selections, kind));
      return [[v.seed, v.files["selection.csv"], v.files["reserves.csv"]], [seed, ...lists]];
    },
  };
  return Promise.all([vectors[name]].flat().map((each, place) => checks[name](each, vectors, place)));
}
