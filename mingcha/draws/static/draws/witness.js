// A witness's page. Value and nonce are made and kept on this machine; only the commitment is sent before the freeze.
document.addEventListener("DOMContentLoaded", () => {
  const page = document.getElementById("witness");
  const { ceremony, suite, commitment: committed } = page.dataset;
  // Each receipt is kept under its own commitment: making another one does not lose the one that was sent.
  const kept = (commitment) => `mingcha-witness-${ceremony}-${commitment}`;
  const field = (name) => page.querySelector(`form [name=${name}]`);
  const message = (name) => page.querySelector(`[data-message=${name}]`).textContent;
  const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  const bytesOf = (text) => Uint8Array.from(text.match(/../g) || [], (pair) => parseInt(pair, 16));
  page.querySelectorAll(".needs-script").forEach((part) => { part.hidden = false; });

  function commitmentOf(nonce, value) {
    return mingchaHashes[suite](new Uint8Array([...nonce, ...new TextEncoder().encode(value)]));
  }

  function make() {
    const input = document.getElementById("value");
    const value = input.value.normalize("NFC");
    document.getElementById("make-error").hidden = value.trim().length >= 8;
    if (value.trim().length < 8) { input.focus(); return; }
    const nonce = crypto.getRandomValues(new Uint8Array(32));
    const receipt = { ceremony, suite, value, nonce: hex(nonce), commitment: commitmentOf(nonce, value) };
    localStorage.setItem(kept(receipt.commitment), JSON.stringify(receipt));
    field("commitment").value = receipt.commitment;
    for (const name of ["value", "nonce", "commitment"]) document.getElementById(`shown-${name}`).textContent = receipt[name];
    const file = new Blob([JSON.stringify(receipt, null, 2)], { type: "application/json" });
    document.getElementById("download").href = URL.createObjectURL(file);
    document.getElementById("receipt").hidden = false;
    document.getElementById("receipt").scrollIntoView();
  }

  function isOurs(receipt) {
    return receipt.ceremony === ceremony && commitmentOf(bytesOf(receipt.nonce), receipt.value) === committed;
  }

  function fill(text, said) {
    const state = document.getElementById("receipt-state");
    try {
      const receipt = JSON.parse(text);
      if (!isOurs(receipt)) { state.textContent = message("other"); return; }
      field("nonce").value = receipt.nonce;
      field("value").value = receipt.value;
      state.textContent = message(said);
    } catch { state.textContent = message("broken"); }
  }

  document.getElementById("make")?.addEventListener("click", make);
  document.getElementById("receipt-file")?.addEventListener("change", async (event) => fill(await event.target.files[0].text(), "read"));
  if (document.getElementById("receipt-file") && localStorage.getItem(kept(committed)) && !field("nonce").value) fill(localStorage.getItem(kept(committed)), "found");
});
