// One ticket, computed on the visitor's own machine: SHA-256(seed ":" code).
document.addEventListener("DOMContentLoaded", () => {
  const form = document.getElementById("ticket-form");
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    delete form.dataset.sent;
    const text = `${form.querySelector("#seed").value.trim()}:${form.querySelector("#unit").value.trim()}`;
    const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
    document.getElementById("ticket").value = [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  });
});
