// Verifies in the background, so that the page stays alive while a large bundle is drawn again.
importScripts("../../draws/hashes.js", "files.js", "exact.js", "signature.js", "drawing.js", "teams.js", "verify.js");
self.addEventListener("message", async ({ data }) => {
  try {
    const report = await verifyBundle(new Uint8Array(data), (check) => self.postMessage({ check }));
    self.postMessage({ report });
  } catch (error) {
    const told = error instanceof Unreadable ? error : new Unreadable("not_zip", { name: String(error.message) });
    self.postMessage({ unreadable: { sentence: told.sentence, details: told.details } });
  }
});
